// What the tests of normalisation kernels share.
import { Buffer32, distinct, expectWithin } from "./harness.js";

/** Keras's epsilon for the variance, as the kernels get it. */
export const EPSILON = Math.fround(1e-3);
/** Half an ulp of 1. */
export const UNIT = 2 ** -24;

/** The tensors that both directions read, in linear memory and as they were. */
export class Run {
  readonly x: Buffer32;
  readonly dY: Buffer32;
  readonly gamma: Buffer32 | null;
  readonly beta: Buffer32 | null;
  readonly values: {
    x: Float32Array;
    dY: Float32Array;
    gamma: Float32Array | null;
    beta: Float32Array | null;
  };

  constructor(count: number, parameters: number, has: { gamma: boolean; beta: boolean }, offset = 0.5) {
    this.values = {
      x: distinct(count, 1, 2, offset),
      dY: distinct(count, 2),
      gamma: has.gamma ? distinct(parameters, 3, 0.5, 1) : null,
      beta: has.beta ? distinct(parameters, 4) : null,
    };
    this.x = new Buffer32(this.values.x);
    this.dY = new Buffer32(this.values.dY);
    this.gamma = this.values.gamma && new Buffer32(this.values.gamma);
    this.beta = this.values.beta && new Buffer32(this.values.beta);
  }

  /** Inputs unchanged, no byte beside any tensor. */
  check(...written: Buffer32[]): void {
    const { x, dY, gamma, beta } = this;
    for (const buffer of [x, dY, gamma, beta, ...written]) buffer?.checkGuards();
    for (const name of ["x", "dY", "gamma", "beta"] as const) {
      const buffer = this[name];
      if (buffer && !written.includes(buffer)) expectWithin(buffer.values, this.values[name]!, () => 0);
    }
  }
}

/** The tensor's address in linear memory, 0 if there is none. */
export const address = (buffer: Buffer32 | null) => buffer?.pointer ?? 0;

/** The largest size of a number. */
export const largest = (values: Float64Array) =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
