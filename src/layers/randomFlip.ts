import type { MaskKey, Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import { camelCase } from "../registry.js";
import { imageKernels } from "../runtime/kernels/images.js";
import { choice } from "./imageOptions.js";
import type { ImageSizes } from "./imageOptions.js";
import { RandomImageLayer } from "./randomImage.js";
import type { RandomImageOptions } from "./randomImage.js";

const MODES = ["horizontal", "vertical", "horizontalAndVertical"] as const;

/** Which sides of an image change places: left and right, top and bottom, or both at once. */
export type FlipMode = (typeof MODES)[number];

/** Options of `layers.randomFlip`. */
export interface RandomFlipOptions extends RandomImageOptions {
  /** Default "horizontalAndVertical". Keras's snake_case works too. */
  mode?: FlipMode | "horizontal_and_vertical";
}

/**
 * In training, mirrors each image with probability 1/2, with "horizontalAndVertical" in both directions at once
 * (Keras 3's RandomFlip). Does nothing at prediction.
 */
export class RandomFlip extends RandomImageLayer {
  readonly className = "RandomFlip";
  /** The option `mode`. */
  readonly mode: FlipMode;

  constructor(options: RandomFlipOptions = {}) {
    super("randomFlip", options, ["mode"]);
    const mode: unknown = options.mode ?? "horizontalAndVertical";
    this.mode = choice("mode", MODES, typeof mode === "string" ? camelCase(mode) : mode);
  }

  protected override operation(
    plan: PlanBuilder,
    key: MaskKey,
    sizes: ImageSizes,
    x: Slot,
    y: Slot,
  ): Operation {
    return new FlipOperation(this.mode, key, sizes, x, y, plan.gradientOf(x));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), mode: this.mode };
  }
}

/** What is mirrored is drawn again by backward. */
class FlipOperation implements Operation {
  readonly #isHorizontal: number;
  readonly #isVertical: number;

  constructor(
    mode: FlipMode,
    readonly key: MaskKey,
    readonly sizes: ImageSizes,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    this.#isHorizontal = mode === "vertical" ? 0 : 1;
    this.#isVertical = mode === "horizontal" ? 0 : 1;
  }

  forward({ rows, step }: StepContext): void {
    this.#flip(this.x.value, this.y.value, rows, step);
  }

  backward({ rows, step }: StepContext): void {
    this.#flip(this.y.gradient, this.dX.address, rows, step);
  }

  #flip(from: number, to: number, rows: number, step: number): void {
    const { height, width, channels } = this.sizes;
    const { key0, key1 } = this.key;
    const kernels = imageKernels();
    kernels.flipImages(
      from,
      to,
      rows,
      height,
      width,
      channels,
      this.#isHorizontal,
      this.#isVertical,
      key0,
      key1,
      step,
    );
  }
}
