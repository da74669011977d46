import type { MaskKey, Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import { imageKernels } from "../runtime/kernels/images.js";
import { factorOption, rangeOf, valueRangeOption } from "./imageOptions.js";
import type { Factor, ImageSizes, Range } from "./imageOptions.js";
import { RandomImageLayer } from "./randomImage.js";
import type { RandomImageOptions } from "./randomImage.js";

/** Options of `layers.randomBrightness`. */
export interface RandomBrightnessOptions extends RandomImageOptions {
  /** What is added, as a share of the width of `valueRange`, from -1 to 1: a range, or f for [-f, f]. */
  factor: Factor;
  /** The least and the largest value there can be; what goes beyond is clipped. Default [0, 255]. */
  valueRange?: readonly [number, number];
}

/**
 * In training, y = clip(x + d), with d for each image (Keras's RandomBrightness). Does nothing at prediction.
 */
export class RandomBrightness extends RandomImageLayer {
  readonly className = "RandomBrightness";
  /** The option `factor`. */
  readonly factor: Factor;
  /** The option `valueRange`. */
  readonly valueRange: Range;

  constructor(options: RandomBrightnessOptions) {
    super("randomBrightness", options, ["factor", "valueRange"]);
    this.factor = factorOption("factor", options.factor, [-1, 1]);
    this.valueRange = valueRangeOption(options.valueRange ?? [0, 255]);
  }

  protected override operation(
    plan: PlanBuilder,
    key: MaskKey,
    _sizes: ImageSizes,
    x: Slot,
    y: Slot,
  ): Operation {
    const [low, high] = rangeOf(this.factor);
    const width = this.valueRange[1] - this.valueRange[0];
    const shifts: Range = [low * width, high * width];
    return new BrightnessOperation(shifts, this.valueRange, key, x, y, plan.gradientOf(x));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor, valueRange: this.valueRange };
  }
}

class BrightnessOperation implements Operation {
  constructor(
    readonly shifts: Range,
    readonly values: Range,
    readonly key: MaskKey,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {}

  forward({ rows, step }: StepContext): void {
    const { shifts, values, x, y } = this;
    const { key0, key1 } = this.key;
    imageKernels().brightnessForward(
      x.value,
      y.value,
      rows,
      x.rowSize,
      shifts[0],
      shifts[1],
      values[0],
      values[1],
      key0,
      key1,
      step,
    );
  }

  backward({ rows, step }: StepContext): void {
    const { shifts, values, x, y, dX } = this;
    const { key0, key1 } = this.key;
    imageKernels().brightnessBackward(
      x.value,
      y.gradient,
      dX.address,
      rows,
      x.rowSize,
      shifts[0],
      shifts[1],
      values[0],
      values[1],
      key0,
      key1,
      step,
    );
  }
}
