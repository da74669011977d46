import { invalidOption, positive } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import type { Key } from "../runtime/random.js";
import { sizeOf } from "../tensor/nested.js";
import { Initializer } from "./initializer.js";
import type { RandomOptions } from "./initializer.js";

/** Options of `varianceScaling`. */
export interface VarianceScalingOptions extends RandomOptions {
  /** The variance is scale / fan. Default 1. */
  scale?: number;
  /** Which fan: the inputs of a unit, its outputs, or their mean. Default "fanIn". */
  mode?: "fanIn" | "fanOut" | "fanAvg";
  /** Default "truncatedNormal". */
  distribution?: "truncatedNormal" | "untruncatedNormal" | "uniform";
}

/** The standard deviation of a standard normal variable cut off at two (Keras divides by it). */
const TRUNCATED_DEVIATION = 0.87962566103423978;

const MODES = ["fanIn", "fanOut", "fanAvg"];
const DISTRIBUTIONS = ["truncatedNormal", "untruncatedNormal", "uniform"];

/** How many inputs and outputs a unit has: [in, out], or [..., in, out] with a window before. */
export function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const window = sizeOf(shape.slice(0, -2));
  return { fanIn: window * shape[shape.length - 2], fanOut: window * shape[shape.length - 1] };
}

/**
 * Values with variance scale / fan, so that signals keep their size from layer to layer (Glorot and
 * Bengio 2010; He et al. 2015; LeCun et al. 1998; Keras's VarianceScaling).
 */
export class VarianceScaling extends Initializer {
  readonly name: string;
  readonly scale: number;
  readonly mode: string;
  readonly distribution: string;

  constructor(
    name: string,
    options: VarianceScalingOptions,
    preset?: Required<Omit<VarianceScalingOptions, "seed">>,
  ) {
    const known = preset === undefined ? ["scale", "mode", "distribution", "seed"] : ["seed"];
    super(`initializers.${name}`, options, known);
    this.name = name;
    this.scale = positive("scale", preset?.scale ?? options.scale ?? 1);
    this.mode = oneOf("mode", preset?.mode ?? options.mode ?? "fanIn", MODES);
    this.distribution = oneOf(
      "distribution",
      preset?.distribution ?? options.distribution ?? "truncatedNormal",
      DISTRIBUTIONS,
    );
  }

  protected override write(k: Kernels, pointer: number, shape: readonly number[], key: Key): void {
    const { fanIn, fanOut } = fans(shape);
    const fan = this.mode === "fanIn" ? fanIn : this.mode === "fanOut" ? fanOut : (fanIn + fanOut) / 2;
    const variance = this.scale / Math.max(1, fan);
    const count = sizeOf(shape);
    if (this.distribution === "uniform") {
      const limit = Math.sqrt(3 * variance);
      k.randomUniform(pointer, count, -limit, limit, key[0], key[1]);
      return;
    }
    const isTruncated = this.distribution === "truncatedNormal";
    const deviation = Math.sqrt(variance) / (isTruncated ? TRUNCATED_DEVIATION : 1);
    k.randomNormal(pointer, count, 0, deviation, key[0], key[1], isTruncated ? 1 : 0);
  }

  override getConfig(): Record<string, unknown> {
    if (this.name !== "varianceScaling") return super.getConfig();
    return { ...super.getConfig(), scale: this.scale, mode: this.mode, distribution: this.distribution };
  }
}

function oneOf(name: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw invalidOption(name, `one of ${allowed.join(", ")}`, value);
}
