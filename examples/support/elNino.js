// Reads the series of examples/data/el-nino.csv, and cuts a series into windows.
import { readFileSync } from "node:fs";

/** @returns {{ year: number, month: number, temperature: number }[]} one for each month, 1950 to 2010 */
export function readElNino() {
  const [, ...lines] = readFileSync(new URL("../data/el-nino.csv", import.meta.url), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => {
    const [year, month, temperature] = line.split(",").map(Number);
    return { year, month, temperature };
  });
}

/**
 * The `length` rows before each of the places from `start` to `end`.
 *
 * @param {number[][]} rows what is known at each place
 * @returns {number[][][]} [windows, length, what is known]
 */
export function windowsBefore(rows, length, start, end) {
  return Array.from({ length: end - start }, (_, i) => rows.slice(start + i - length, start + i));
}
