import { values } from "../support/data.js";

/** Numbers from 0 up to 1, one a call, the same each time for a seed. */
export function numbersFrom(seed: number): () => number {
  const numbers = values(10_000, seed);
  let position = 0;
  return () => (numbers[position++ % numbers.length] + 1) / 2;
}
