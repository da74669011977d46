// Several steps of an update, by the kernel and by its twin.
import { expect } from "vitest";
import { Buffer32, distinct, expectWithin } from "./harness.js";

/** Nothing, every tail with and without rounds of the main loop, and a larger size. */
export const COUNTS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 19, 64, 103];
const STEPS = 5;
/** Bound of a test that lets STEPS steps of some ten roundings each accumulate. */
const RELATIVE = 2e-6;

/** A tensor in linear memory and the same in float64. */
export class Twin {
  readonly buffer: Buffer32;
  readonly expected: Float64Array;

  constructor(values: Float32Array) {
    this.buffer = new Buffer32(values);
    this.expected = Float64Array.from(values);
  }

  check(): void {
    expectWithin(this.buffer.values, this.expected, (i) => RELATIVE * (1 + Math.abs(this.expected[i])));
    this.buffer.checkGuards();
  }
}

export const zeros = (count: number) => new Twin(new Float32Array(count));

/** Runs STEPS steps with fresh gradients; `step` does both the kernel's and the twin's. */
export function run(count: number, state: Twin[], step: (g: Twin, t: number) => void): void {
  for (let t = 1; t <= STEPS; t++) {
    // The last step's gradients are small, so that the largest v of AMSGrad is not the newest one.
    const values = distinct(count, 100 * t + count, t < STEPS ? 3 : 0.01);
    const g = new Twin(values);
    step(g, t);
    expect(Array.from(g.buffer.values), "the gradient is only read").toEqual(Array.from(values));
    g.buffer.checkGuards();
  }
  for (const twin of state) twin.check();
}
