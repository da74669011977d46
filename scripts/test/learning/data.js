// Real data for the recipes.
import { readFileSync } from "node:fs";
import { readIdx } from "../../../examples/support/idx.js";

const data = new URL("../../../examples/data/", import.meta.url);

/** Rows of numbers and the last column, of a CSV file with a header. */
export function readTable(name) {
  const [, ...lines] = readFileSync(new URL(name, data), "utf8").trim().split("\n");
  const table = lines.map((line) => line.split(","));
  return { x: table.map((row) => row.slice(0, -1).map(Number)), target: table.map((row) => row.at(-1)) };
}

const digitsRead = new Map();

/** Images as rows of 784 numbers from 0 to 1 and their labels, read once. */
export function readDigits(part) {
  if (!digitsRead.has(part)) digitsRead.set(part, readDigitsFromFiles(part));
  return digitsRead.get(part);
}

function readDigitsFromFiles(part) {
  const file = (kind) => new URL(`mnist-${part}-${kind}-ubyte.gz`, data);
  const pixels = readIdx(file("images-idx3")).values;
  return { x: Float32Array.from(pixels, (pixel) => pixel / 255), y: readIdx(file("labels-idx1")).values };
}
