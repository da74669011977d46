// The digits that the Worker of examples/edge is asked about.
import { readFileSync } from "node:fs";

const text = readFileSync(new URL("../../examples/data/digits8x8.csv", import.meta.url), "utf8");

/** All digits: 64 pixels from 0 to 16 and what they show. */
export const DIGITS = text
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => {
    const row = line.split(",").map(Number);
    return { pixels: row.slice(0, 64), digit: row[64] };
  });
