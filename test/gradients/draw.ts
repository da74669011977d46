import { values } from "../support/data.js";

/** Pseudo-random choices: the same ones for the same seed. */
export class Draw {
  readonly #numbers: Float32Array;
  #next = 0;

  constructor(seed: number) {
    this.#numbers = values(4000, seed);
  }

  /** In [0, 1). */
  next(): number {
    return (this.#numbers[this.#next++ % this.#numbers.length] + 1) / 2;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number; both bounds are included. */
  integer(lowest: number, highest: number): number {
    return lowest + Math.floor(this.next() * (highest - lowest + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.integer(0, list.length - 1)];
  }

  numbers(count: number, from: number, to: number): Float32Array {
    return Float32Array.from({ length: count }, () => from + this.next() * (to - from));
  }
}
