import { finiteNumber, nonNegative } from "../options.js";
import { LanegradError } from "../errors.js";
import type { Kernels } from "../runtime/kernels/index.js";
import type { Key } from "../runtime/random.js";
import { sizeOf } from "../tensor/nested.js";
import { Initializer } from "./initializer.js";
import type { RandomOptions } from "./initializer.js";

/** Options of `randomUniform`. */
export interface RandomUniformOptions extends RandomOptions {
  /** Default -0.05. */
  minval?: number;
  /** Default 0.05. */
  maxval?: number;
}

/** Options of `randomNormal` and `truncatedNormal`. */
export interface RandomNormalOptions extends RandomOptions {
  /** Default 0. */
  mean?: number;
  /** The standard deviation, of `truncatedNormal` before what lies beyond two of it is drawn again. Default 0.05. */
  stddev?: number;
}

/** Uniform on [minval, maxval]; rounding to float32 can reach the upper end. */
export class RandomUniform extends Initializer {
  readonly name = "randomUniform";
  readonly minval: number;
  readonly maxval: number;

  constructor(options: RandomUniformOptions) {
    super("initializers.randomUniform", options, ["minval", "maxval", "seed"]);
    this.minval = finiteNumber("minval", options.minval ?? -0.05);
    this.maxval = finiteNumber("maxval", options.maxval ?? 0.05);
    if (this.minval > this.maxval) {
      throw new LanegradError(
        "INVALID_OPTION",
        `minval must not be greater than maxval. Received: minval=${this.minval}, maxval=${this.maxval}`,
      );
    }
  }

  protected override write(k: Kernels, pointer: number, shape: readonly number[], key: Key): void {
    k.randomUniform(pointer, sizeOf(shape), this.minval, this.maxval, key[0], key[1]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), minval: this.minval, maxval: this.maxval };
  }
}

/** Normal, or normal with everything beyond two standard deviations drawn again. */
export class RandomNormal extends Initializer {
  readonly name: "randomNormal" | "truncatedNormal";
  readonly mean: number;
  readonly stddev: number;

  constructor(name: "randomNormal" | "truncatedNormal", options: RandomNormalOptions) {
    super(`initializers.${name}`, options, ["mean", "stddev", "seed"]);
    this.name = name;
    this.mean = finiteNumber("mean", options.mean ?? 0);
    this.stddev = nonNegative("stddev", options.stddev ?? 0.05);
  }

  protected override write(k: Kernels, pointer: number, shape: readonly number[], key: Key): void {
    const truncated = this.name === "truncatedNormal" ? 1 : 0;
    k.randomNormal(pointer, sizeOf(shape), this.mean, this.stddev, key[0], key[1], truncated);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), mean: this.mean, stddev: this.stddev };
  }
}
