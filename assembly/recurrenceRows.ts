/** What the cells of recurrent layers apply to runs of values: sums of two products, and activations. */
import { SIGMOID, TANH } from "./activationKinds";
import { sigmoidOf, tanhOf } from "./mathTable";
import { gate, loadPart, storePart } from "./recurrenceGates";
import { LANES, VECTOR_BYTES } from "./simd";

/** x, or x + added, which then goes to x too. */
// @ts-ignore: decorator
@inline function sumOf(x: usize, added: usize, lanes: i32): v128 {
  if (!added) return loadPart(x, lanes);
  const sum = f32x4.add(loadPart(x, lanes), loadPart(added, lanes));
  storePart(x, sum, lanes);
  return sum;
}

function activateSigmoid(x: usize, added: usize, y: usize, count: i32, table: usize): void {
  for (let at: usize = 0, left = count; left > 0; left -= LANES, at += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    storePart(y + at, sigmoidOf(sumOf(x + at, added ? added + at : 0, lanes), table), lanes);
  }
}

function activateTanh(x: usize, added: usize, y: usize, count: i32, table: usize): void {
  for (let at: usize = 0, left = count; left > 0; left -= LANES, at += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    storePart(y + at, tanhOf(sumOf(x + at, added ? added + at : 0, lanes), table), lanes);
  }
}

function activateOther(kind: i32, x: usize, added: usize, y: usize, count: i32, alpha: f32): void {
  for (let at: usize = 0, left = count; left > 0; left -= LANES, at += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    storePart(y + at, gate(kind, sumOf(x + at, added ? added + at : 0, lanes), alpha), lanes);
  }
}

/**
 * x = x + added; y = f(x).
 *
 * @param kind f, a kind of activationKinds.ts
 * @param x [count]
 * @param added [count], or 0 for none: x stays as it is
 * @param y [count], overwritten; may be x where nobody reads that again
 * @param table what writeTable of mathTable.ts wrote
 */
export function activateSums(
  kind: i32, x: usize, added: usize, y: usize, count: i32, alpha: f32, table: usize,
): void {
  if (kind == SIGMOID) activateSigmoid(x, added, y, count, table);
  else if (kind == TANH) activateTanh(x, added, y, count, table);
  else activateOther(kind, x, added, y, count, alpha);
}
