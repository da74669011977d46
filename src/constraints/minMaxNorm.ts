import { LanegradError } from "../errors.js";
import { checkKeys, invalidOption, nonNegative } from "../options.js";
import { NormConstraint } from "./norm.js";
import type { Axes } from "./norm.js";

/** Options of `minMaxNorm`. */
export interface MinMaxNormOptions {
  /** The smallest norm that is left as it is. Default 0. */
  minValue?: number;
  /** The largest norm that is left as it is. Default 1. */
  maxValue?: number;
  /** How much of the way to the bound is gone at each step, from 0 to 1. Default 1: all of it. */
  rate?: number;
  /** The axes along which norms are taken. Default 0: of a dense kernel, the weights into each unit. */
  axis?: Axes;
}

/**
 * Vectors of length n get the length rate clip(n, minValue, maxValue) + (1 - rate) n, but for zeros, which
 * stay (Keras's MinMaxNorm).
 */
export class MinMaxNorm extends NormConstraint {
  readonly name = "minMaxNorm";
  /** The option `minValue`. */
  readonly minValue: number;
  /** The option `maxValue`. */
  readonly maxValue: number;
  /** The option `rate`. */
  readonly rate: number;
  /** @internal */
  protected override readonly bounds: { minimum: number; maximum: number; rate: number };

  constructor(options: MinMaxNormOptions = {}) {
    checkKeys("constraints.minMaxNorm", options, ["minValue", "maxValue", "rate", "axis"]);
    super(options.axis ?? 0);
    this.minValue = nonNegative("minValue", options.minValue ?? 0);
    this.maxValue = nonNegative("maxValue", options.maxValue ?? 1);
    this.rate = nonNegative("rate", options.rate ?? 1);
    if (this.minValue > this.maxValue) {
      throw new LanegradError(
        "INVALID_OPTION",
        `minValue must not be greater than maxValue. Received: minValue=${this.minValue}, maxValue=${this.maxValue}`,
      );
    }
    if (this.rate > 1) {
      throw invalidOption("rate", "a number from 0 to 1", options.rate);
    }
    this.bounds = { minimum: this.minValue, maximum: this.maxValue, rate: this.rate };
  }

  override getConfig(): Record<string, unknown> {
    return {
      name: this.name,
      minValue: this.minValue,
      maxValue: this.maxValue,
      rate: this.rate,
      axis: this.axis,
    };
  }
}
