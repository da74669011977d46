import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { positiveInteger } from "../options.js";
import { imageKernels } from "../runtime/kernels/images.js";
import { imageSizes, interpolationOption } from "./imageOptions.js";
import type { ImageSizes, Interpolation } from "./imageOptions.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";

/** Options of `layers.resizing`. */
export interface ResizingOptions extends LayerOptions {
  /** The new height. */
  height: number;
  /** The new width. */
  width: number;
  /** "bilinear" or "nearest". Default "bilinear". */
  interpolation?: Interpolation;
}

/** Images in another size, in training and at prediction, without antialiasing (Keras's Resizing). */
export class Resizing extends Layer {
  readonly className = "Resizing";
  /** The option `height`. */
  readonly height: number;
  /** The option `width`. */
  readonly width: number;
  /** The option `interpolation`. */
  readonly interpolation: Interpolation;

  constructor(options: ResizingOptions) {
    super("resizing", options, ["height", "width", "interpolation"]);
    this.height = positiveInteger("height", options.height);
    this.width = positiveInteger("width", options.width);
    this.interpolation = interpolationOption(options.interpolation ?? "bilinear");
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    return [shape[0], this.height, this.width, imageSizes(this.name, shape).channels];
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const y = plan.output(this.computeOutputShape([x.shape]), [x]);
    plan.add(new ResizeOperation(this, imageSizes(this.name, x.shape), x, y, plan.gradientOf(x)));
    return y;
  }

  override getConfig(): Record<string, unknown> {
    const { height, width, interpolation } = this;
    return { ...super.getConfig(), height, width, interpolation };
  }
}

class ResizeOperation implements Operation {
  readonly #newHeight: number;
  readonly #newWidth: number;
  readonly #isNearest: number;

  constructor(
    layer: Resizing,
    readonly sizes: ImageSizes,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    this.#newHeight = layer.height;
    this.#newWidth = layer.width;
    this.#isNearest = layer.interpolation === "nearest" ? 1 : 0;
  }

  forward({ rows }: StepContext): void {
    const { height, width, channels } = this.sizes;
    imageKernels().resizeForward(
      this.x.value,
      this.y.value,
      rows,
      height,
      width,
      this.#newHeight,
      this.#newWidth,
      channels,
      this.#isNearest,
    );
  }

  backward({ rows }: StepContext): void {
    const { height, width, channels } = this.sizes;
    imageKernels().resizeBackward(
      this.y.gradient,
      this.dX.address,
      rows,
      height,
      width,
      this.#newHeight,
      this.#newWidth,
      channels,
      this.#isNearest,
    );
  }
}
