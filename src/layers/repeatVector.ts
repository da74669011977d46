import { LanegradError, showShape } from "../errors.js";
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { positiveInteger } from "../options.js";
import { layerKernels } from "../runtime/kernels/layers.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";

/** Options of `layers.repeatVector`. */
export interface RepeatVectorOptions extends LayerOptions {
  /** How often each row occurs. */
  n: number;
}

/** Each row n times, along a new axis (Keras's RepeatVector). */
export class RepeatVector extends Layer {
  readonly className = "RepeatVector";
  /** The option `n`. */
  readonly n: number;

  constructor(options: RepeatVectorOptions) {
    super("repeatVector", options, ["n"]);
    this.n = positiveInteger("n", options.n);
  }

  /** @internal */
  override get outputActivation(): "input" {
    return "input";
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    if (shape.length !== 2) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} needs inputs of shape [batch, features]. Received: shape ${showShape(shape)}`,
      );
    }
    return [shape[0], this.n, shape[1]];
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const y = plan.output(this.computeOutputShape([x.shape]), [x]);
    plan.add(new RepeatOperation(this.n, x, y, plan.gradientOf(x)));
    return y;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), n: this.n };
  }
}

class RepeatOperation implements Operation {
  constructor(
    readonly n: number,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {}

  forward({ rows }: StepContext): void {
    layerKernels().repeatForward(this.x.value, this.y.value, rows, this.n, this.x.rowSize);
  }

  backward({ rows }: StepContext): void {
    layerKernels().repeatBackward(this.y.gradient, this.dX.address, rows, this.n, this.x.rowSize);
  }
}
