import { invalidOption } from "../options.js";
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { convolutionKernels } from "../runtime/kernels/convolution.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { RepeatOperation } from "./repetition.js";
import { sizesOption, spatialShape } from "./spatial.js";
import type { Pair } from "./spatial.js";

/** Options of `layers.upSampling2d`. */
export interface UpSampling2DOptions extends LayerOptions {
  /** How often each row and each column occurs. Default 2. */
  size?: Pair;
  /** Whether pixels are repeated ("nearest") or values interpolated between them ("bilinear"). Default "nearest". */
  interpolation?: "nearest" | "bilinear";
}

/** Images with more rows and columns (Keras's UpSampling2D). */
export class UpSampling2D extends Layer {
  readonly className = "UpSampling2D";
  readonly #size: number[];
  /** The option `interpolation`. */
  readonly interpolation: "nearest" | "bilinear";

  constructor(options: UpSampling2DOptions = {}) {
    super("upSampling2d", options, ["size", "interpolation"]);
    this.#size = sizesOption("size", options.size ?? 2, 2);
    this.interpolation = options.interpolation ?? "nearest";
    if (this.interpolation !== "nearest" && this.interpolation !== "bilinear") {
      throw invalidOption("interpolation", '"nearest" or "bilinear"', options.interpolation);
    }
  }

  /** @internal */
  override get outputActivation(): "input" | undefined {
    return this.interpolation === "nearest" ? "input" : undefined;
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    const [height, width, channels] = spatialShape(this.name, shape, 2);
    return [shape[0], height * this.#size[0], width * this.#size[1], channels];
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const y = plan.output(this.computeOutputShape([x.shape]), [x]);
    const OperationClass = this.interpolation === "nearest" ? RepeatOperation : InterpolationOperation;
    plan.add(new OperationClass(this.#size, x, y, plan.gradientOf(x)));
    return y;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), size: this.#size, interpolation: this.interpolation };
  }
}

class InterpolationOperation implements Operation {
  readonly #height: number;
  readonly #width: number;
  readonly #channels: number;

  constructor(
    readonly size: readonly number[],
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    [this.#height, this.#width, this.#channels] = x.shape.slice(1).map(Number);
  }

  forward({ rows }: StepContext): void {
    const { x, y, size } = this;
    convolutionKernels().interpolatePixels(
      x.value, y.value, rows, this.#height, this.#width, this.#channels, size[0], size[1],
    ); // prettier-ignore
  }

  backward({ rows }: StepContext): void {
    const { y, dX, size } = this;
    convolutionKernels().interpolatePixelsBackward(
      y.gradient, dX.address, rows, this.#height, this.#width, this.#channels, size[0], size[1],
    ); // prettier-ignore
  }
}
