import type { MaskKey, Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import { imageKernels } from "../runtime/kernels/images.js";
import { factorOption, valueRangeOption } from "./imageOptions.js";
import type { Factor, ImageSizes, Range } from "./imageOptions.js";
import { RandomImageLayer } from "./randomImage.js";
import type { RandomImageOptions } from "./randomImage.js";

/** Options of `layers.randomContrast`. */
export interface RandomContrastOptions extends RandomImageOptions {
  /**
   * How much less and how much more contrast there may be, each from 0 to 1: [lower, upper] for factors from
   * 1 - lower to 1 + upper, or one number for both.
   */
  factor: Factor;
  /** The least and the largest value there can be; what goes beyond is clipped. Default [0, 255]. */
  valueRange?: readonly [number, number];
}

/**
 * In training, y = clip(f (x - mean) + mean), with the mean of each channel of an image and a factor f for each
 * image (Keras's RandomContrast; but for a single number, which Keras 3.16 documents as here and takes for
 * [0, factor], and for pairs, which it sorts). Does nothing at prediction.
 */
export class RandomContrast extends RandomImageLayer {
  readonly className = "RandomContrast";
  /** The option `factor`. */
  readonly factor: Factor;
  /** The option `valueRange`. */
  readonly valueRange: Range;

  constructor(options: RandomContrastOptions) {
    super("randomContrast", options, ["factor", "valueRange"]);
    this.factor = factorOption("factor", options.factor, [0, 1]);
    this.valueRange = valueRangeOption(options.valueRange ?? [0, 255]);
  }

  protected override operation(
    plan: PlanBuilder,
    key: MaskKey,
    sizes: ImageSizes,
    x: Slot,
    y: Slot,
  ): Operation {
    const [lower, upper] = typeof this.factor === "number" ? [this.factor, this.factor] : this.factor;
    const factors: Range = [1 - lower, 1 + upper];
    return new ContrastOperation(factors, this.valueRange, key, sizes, x, y, plan.gradientOf(x));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor, valueRange: this.valueRange };
  }
}

class ContrastOperation implements Operation {
  readonly #positions: number;
  readonly #channels: number;

  constructor(
    readonly factors: Range,
    readonly values: Range,
    readonly key: MaskKey,
    { height, width, channels }: ImageSizes,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    this.#positions = height * width;
    this.#channels = channels;
  }

  forward({ rows, step }: StepContext): void {
    const { factors, values, x, y } = this;
    const { key0, key1 } = this.key;
    imageKernels().contrastForward(
      x.value,
      y.value,
      rows,
      this.#positions,
      this.#channels,
      factors[0],
      factors[1],
      values[0],
      values[1],
      key0,
      key1,
      step,
    );
  }

  backward({ rows, step }: StepContext): void {
    const { factors, values, x, y, dX } = this;
    const { key0, key1 } = this.key;
    imageKernels().contrastBackward(
      x.value,
      y.gradient,
      dX.address,
      rows,
      this.#positions,
      this.#channels,
      factors[0],
      factors[1],
      values[0],
      values[1],
      key0,
      key1,
      step,
    );
  }
}
