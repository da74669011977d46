import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import { toInitializer } from "../initializers/spec.js";
import { positive } from "../options.js";
import { normalizationKernels } from "../runtime/kernels/normalization.js";
import { columnTotals } from "./columnTotals.js";
import { axisOption, checkLastAxes, lastAxes } from "./lastAxes.js";
import type { Axis } from "./lastAxes.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";

/** Options of `layers.rmsNormalization`. */
export interface RMSNormalizationOptions extends LayerOptions {
  /** The axis or axes to normalise along together: the last one, or the last few. Default -1. */
  axis?: Axis;
  /** Added to the mean of the squares. Default 0.000001. */
  epsilon?: number;
}

/**
 * Divides the values of each row along the last axes by their root mean square, and multiplies them by
 * a scale that is learnt and starts at 1 (Zhang and Sennrich 2019; Keras's RMSNormalization). The same in
 * training and prediction.
 */
export class RMSNormalization extends Layer {
  readonly className = "RMSNormalization";
  /** The option `axis`. */
  readonly axis: Axis;
  /** The option `epsilon`. */
  readonly epsilon: number;
  #scale: Weight | undefined;

  constructor(options: RMSNormalizationOptions = {}) {
    super("rmsNormalization", options, ["axis", "epsilon"]);
    this.axis = axisOption(options.axis ?? -1);
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-6);
  }

  override get supportsMasking(): boolean {
    return true;
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const shape = lastAxes(this.name, this.axis, this.single(inputShapes));
    const initializer = toInitializer("scaleInitializer", "ones");
    this.#scale = this.addWeight({ name: "scale", shape, initializer });
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    checkLastAxes(this.name, this.axis, shape, this.#scale?.shape);
    return shape;
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const scale = this.#scale as Weight;
    const y = plan.output(x.shape, [x], this.weights);
    const inverseRoot = plan.temporary(x.rowSize / scale.size, true);
    const [dX, dScale] = [plan.gradientOf(x), plan.gradientOfWeight(scale)];
    const totals = plan.temporary(columnTotals(scale.size), false);
    plan.add(new RMSNormalizationOperation(this.epsilon, x, y, scale, inverseRoot, totals, dX, dScale));
    return y;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis, epsilon: this.epsilon };
  }
}

class RMSNormalizationOperation implements Operation {
  constructor(
    readonly epsilon: number,
    readonly x: Slot,
    readonly y: Slot,
    readonly scale: Weight,
    readonly inverseRoot: Pointer,
    readonly totals: Pointer,
    readonly dX: GradientSink,
    readonly dScale: GradientSink,
  ) {}

  forward({ rows }: StepContext): void {
    normalizationKernels().rmsNormForward(
      this.x.value,
      this.scale.address,
      this.y.value,
      this.inverseRoot.address,
      (rows * this.x.rowSize) / this.scale.size,
      this.scale.size,
      this.epsilon,
    );
  }

  backward({ rows }: StepContext): void {
    normalizationKernels().rmsNormBackward(
      this.x.value,
      this.y.gradient,
      this.scale.address,
      this.inverseRoot.address,
      this.dX.address,
      this.dScale.address,
      (rows * this.x.rowSize) / this.scale.size,
      this.scale.size,
      this.totals.address,
    );
  }
}
