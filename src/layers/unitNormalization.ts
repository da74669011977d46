import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { normalizationKernels } from "../runtime/kernels/normalization.js";
import { sizeOf } from "../tensor/nested.js";
import { axisOption, lastAxes } from "./lastAxes.js";
import type { Axis } from "./lastAxes.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";

/** Options of `layers.unitNormalization`. */
export interface UnitNormalizationOptions extends LayerOptions {
  /** The axis or axes to normalise along together: the last one, or the last few. Default -1. */
  axis?: Axis;
}

/** The smallest norm that is divided by, as in Keras. */
const EPSILON = 1e-12;

/**
 * Divides the values of each row along the last axes by their Euclidean norm, which becomes 1 (Keras's
 * UnitNormalization). A row whose norm is less than 1e-12 is divided by 1e-12. Has no weights.
 */
export class UnitNormalization extends Layer {
  readonly className = "UnitNormalization";
  /** The option `axis`. */
  readonly axis: Axis;

  constructor(options: UnitNormalizationOptions = {}) {
    super("unitNormalization", options, ["axis"]);
    this.axis = axisOption(options.axis ?? -1);
  }

  override get supportsMasking(): boolean {
    return true;
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    lastAxes(this.name, this.axis, shape);
    return shape;
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const y = plan.output(x.shape, [x]);
    const columns = sizeOf(lastAxes(this.name, this.axis, x.shape));
    const inverseNorm = plan.temporary(x.rowSize / columns, true);
    plan.add(new UnitNormalizationOperation(columns, x, y, inverseNorm, plan.gradientOf(x)));
    return y;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }
}

class UnitNormalizationOperation implements Operation {
  constructor(
    readonly columns: number,
    readonly x: Slot,
    readonly y: Slot,
    readonly inverseNorm: Pointer,
    readonly dX: GradientSink,
  ) {}

  forward({ rows }: StepContext): void {
    normalizationKernels().unitNormForward(
      this.x.value,
      this.y.value,
      this.inverseNorm.address,
      (rows * this.x.rowSize) / this.columns,
      this.columns,
      EPSILON,
    );
  }

  backward({ rows }: StepContext): void {
    normalizationKernels().unitNormBackward(
      this.x.value,
      this.y.gradient,
      this.inverseNorm.address,
      this.dX.address,
      (rows * this.x.rowSize) / this.columns,
      this.columns,
      EPSILON,
    );
  }
}
