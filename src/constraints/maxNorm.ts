import { checkKeys, nonNegative } from "../options.js";
import { NormConstraint } from "./norm.js";
import type { Axes } from "./norm.js";

/** Options of `maxNorm`. */
export interface MaxNormOptions {
  /** The largest norm that is left as it is. Default 2. */
  maxValue?: number;
  /** The axes along which norms are taken. Default 0: of a dense kernel, the weights into each unit. */
  axis?: Axes;
}

/** Vectors longer than `maxValue` are made that long (Srivastava et al. 2014, section 5.1; Keras's MaxNorm). */
export class MaxNorm extends NormConstraint {
  readonly name = "maxNorm";
  /** The option `maxValue`. */
  readonly maxValue: number;
  /** @internal */
  protected override readonly bounds: { minimum: number; maximum: number; rate: number };

  constructor(options: MaxNormOptions = {}) {
    checkKeys("constraints.maxNorm", options, ["maxValue", "axis"]);
    super(options.axis ?? 0);
    this.maxValue = nonNegative("maxValue", options.maxValue ?? 2);
    this.bounds = { minimum: 0, maximum: this.maxValue, rate: 1 };
  }

  override getConfig(): Record<string, unknown> {
    return { name: this.name, maxValue: this.maxValue, axis: this.axis };
  }
}
