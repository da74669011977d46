import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import { normalizationKernels } from "../runtime/kernels/normalization.js";
import { sizeOf } from "../tensor/nested.js";
import { Affine, affineOptions } from "./affine.js";
import type { AffineOptions } from "./affine.js";
import { columnTotals } from "./columnTotals.js";
import { axisOption, checkLastAxes, lastAxes } from "./lastAxes.js";
import type { Axis } from "./lastAxes.js";
import { Layer } from "./layer.js";

/** Options of `layers.layerNormalization`. */
export interface LayerNormalizationOptions extends AffineOptions {
  /** The axis or axes to normalise along together: the last one, or the last few. Default -1. */
  axis?: Axis;
}

/**
 * Gives the values of each row along the last axes mean 0 and variance 1, then scales and shifts them
 * (Ba, Kiros and Hinton 2016; Keras's LayerNormalization). The same in training and prediction.
 */
export class LayerNormalization extends Layer {
  readonly className = "LayerNormalization";
  /** The option `axis`. */
  readonly axis: Axis;
  readonly #affine: Affine;
  #gamma: Weight | undefined;
  #beta: Weight | undefined;

  constructor(options: LayerNormalizationOptions = {}) {
    super("layerNormalization", options, ["axis", ...affineOptions()]);
    this.axis = axisOption(options.axis ?? -1);
    this.#affine = new Affine(options);
  }

  override get supportsMasking(): boolean {
    return true;
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const { gamma, beta } = this.#affine.weights(lastAxes(this.name, this.axis, this.single(inputShapes)));
    this.#gamma = gamma && this.addWeight(gamma);
    this.#beta = beta && this.addWeight(beta);
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    checkLastAxes(this.name, this.axis, shape, (this.#gamma ?? this.#beta)?.shape);
    return shape;
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const y = plan.output(x.shape, [x], this.weights);
    const columns = sizeOf(lastAxes(this.name, this.axis, x.shape));
    const operation = new LayerNormalizationOperation(
      this.#affine.epsilon,
      columns,
      x,
      y,
      this.#gamma,
      this.#beta,
      {
        mean: plan.temporary(x.rowSize / columns, true),
        inverse: plan.temporary(x.rowSize / columns, true),
        totals: plan.temporary(columnTotals(columns), false),
      },
      {
        dX: plan.gradientOf(x),
        dGamma: this.#gamma && plan.gradientOfWeight(this.#gamma),
        dBeta: this.#beta && plan.gradientOfWeight(this.#beta),
      },
    );
    plan.add(operation);
    return y;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis, ...this.#affine.getConfig() };
  }
}

interface Gradients {
  readonly dX: GradientSink;
  readonly dGamma: GradientSink | undefined;
  readonly dBeta: GradientSink | undefined;
}

class LayerNormalizationOperation implements Operation {
  constructor(
    readonly epsilon: number,
    readonly columns: number,
    readonly x: Slot,
    readonly y: Slot,
    readonly gamma: Weight | undefined,
    readonly beta: Weight | undefined,
    readonly saved: { mean: Pointer; inverse: Pointer; totals: Pointer },
    readonly gradients: Gradients,
  ) {}

  forward({ rows }: StepContext): void {
    normalizationKernels().layerNormForward(
      this.x.value,
      this.gamma === undefined ? 0 : this.gamma.address,
      this.beta === undefined ? 0 : this.beta.address,
      this.y.value,
      this.saved.mean.address,
      this.saved.inverse.address,
      (rows * this.x.rowSize) / this.columns,
      this.columns,
      this.epsilon,
    );
  }

  backward({ rows }: StepContext): void {
    const { dX, dGamma, dBeta } = this.gradients;
    normalizationKernels().layerNormBackward(
      this.x.value,
      this.y.gradient,
      this.gamma === undefined ? 0 : this.gamma.address,
      this.saved.mean.address,
      this.saved.inverse.address,
      dX.address,
      dGamma === undefined ? 0 : dGamma.address,
      dBeta === undefined ? 0 : dBeta.address,
      (rows * this.x.rowSize) / this.columns,
      this.columns,
      this.saved.totals.address,
    );
  }
}
