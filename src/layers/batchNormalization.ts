import { toConstraint } from "../constraints/spec.js";
import type { Constraint, ConstraintSpec } from "../constraints/index.js";
import { LanegradError, show, showShape } from "../errors.js";
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import { toInitializer } from "../initializers/spec.js";
import type { Initializer, InitializerSpec } from "../initializers/index.js";
import { flag, fraction, positive } from "../options.js";
import { toRegularizer } from "../regularizers/spec.js";
import type { Regularizer, RegularizerSpec } from "../regularizers/index.js";
import { columnTotals } from "./columnTotals.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";

/** Options of `layers.batchNormalization`. */
export interface BatchNormalizationOptions extends LayerOptions {
  /** The axis of the channels; only the last one is supported. Default -1. */
  axis?: number;
  /** How slowly the moving statistics follow the batches. Default 0.99. */
  momentum?: number;
  /** Added to the variance. Default 0.001. */
  epsilon?: number;
  /** Whether there is a beta to add. Default true. */
  center?: boolean;
  /** Whether there is a gamma to multiply by. Default true. */
  scale?: boolean;
  /** Default "ones". */
  gammaInitializer?: InitializerSpec;
  /** Default "zeros". */
  betaInitializer?: InitializerSpec;
  /** Default "zeros". */
  movingMeanInitializer?: InitializerSpec;
  /** Default "ones". */
  movingVarianceInitializer?: InitializerSpec;
  /** Default none. */
  gammaRegularizer?: RegularizerSpec;
  /** Default none. */
  betaRegularizer?: RegularizerSpec;
  /** Default none. */
  gammaConstraint?: ConstraintSpec;
  /** Default none. */
  betaConstraint?: ConstraintSpec;
}

const OPTIONS = [
  "axis",
  "momentum",
  "epsilon",
  "center",
  "scale",
  "gammaInitializer",
  "betaInitializer",
  "movingMeanInitializer",
  "movingVarianceInitializer",
  "gammaRegularizer",
  "betaRegularizer",
  "gammaConstraint",
  "betaConstraint",
];

interface Parts {
  gamma?: Weight;
  beta?: Weight;
  movingMean: Weight;
  movingVariance: Weight;
}

/**
 * Gives every channel mean 0 and variance 1, then scales and shifts it (Ioffe and Szegedy 2015;
 * Keras's BatchNormalization). Training uses the statistics of the batch and lets the moving ones
 * follow; prediction, and a layer that is not trainable, uses the moving ones.
 */
export class BatchNormalization extends Layer {
  readonly className = "BatchNormalization";
  readonly momentum: number;
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly #initializers: Record<keyof Parts, Initializer>;
  readonly #regularizers: { gamma: Regularizer | undefined; beta: Regularizer | undefined };
  readonly #constraints: { gamma: Constraint | undefined; beta: Constraint | undefined };
  #parts: Parts | undefined;

  constructor(options: BatchNormalizationOptions = {}) {
    super("batchNormalization", options, OPTIONS);
    this.momentum = fraction("momentum", options.momentum ?? 0.99);
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-3);
    this.center = flag("center", options.center ?? true);
    this.scale = flag("scale", options.scale ?? true);
    if ((options.axis ?? -1) !== -1) {
      throw new LanegradError(
        "INVALID_OPTION",
        `axis must be -1: channels are the last axis. Received: axis=${show(options.axis)}`,
      );
    }
    this.#initializers = {
      gamma: toInitializer("gammaInitializer", options.gammaInitializer ?? "ones"),
      beta: toInitializer("betaInitializer", options.betaInitializer ?? "zeros"),
      movingMean: toInitializer("movingMeanInitializer", options.movingMeanInitializer ?? "zeros"),
      movingVariance: toInitializer("movingVarianceInitializer", options.movingVarianceInitializer ?? "ones"),
    };
    this.#regularizers = {
      gamma: toRegularizer("gammaRegularizer", options.gammaRegularizer),
      beta: toRegularizer("betaRegularizer", options.betaRegularizer),
    };
    this.#constraints = {
      gamma: toConstraint("gammaConstraint", options.gammaConstraint),
      beta: toConstraint("betaConstraint", options.betaConstraint),
    };
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const shape = [this.#channels(inputShapes)];
    const { gamma, beta, movingMean, movingVariance } = this.#initializers;
    const learnt = (name: "gamma" | "beta", initializer: Initializer): Weight =>
      this.addWeight({
        name,
        shape,
        initializer,
        regularizer: this.#regularizers[name],
        constraint: this.#constraints[name],
      });
    this.#parts = {
      ...(this.scale && { gamma: learnt("gamma", gamma) }),
      ...(this.center && { beta: learnt("beta", beta) }),
      movingMean: this.addWeight({ name: "movingMean", shape, initializer: movingMean, isTrained: false }),
      movingVariance: this.addWeight({
        name: "movingVariance",
        shape,
        initializer: movingVariance,
        isTrained: false,
      }),
    };
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const channels = this.#channels(inputShapes);
    const expected = this.#parts?.movingMean.size ?? channels;
    if (channels !== expected) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} was built for ${expected} channels. Received: shape ${showShape(inputShapes[0])}`,
      );
    }
    return inputShapes[0];
  }

  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const parts = this.#parts as Parts;
    const channels = parts.movingMean.size;
    const y = plan.output(x.shape, [x], this.weights);
    const gradients: Gradients = {
      dX: plan.gradientOf(x),
      dGamma: parts.gamma && plan.gradientOfWeight(parts.gamma),
      dBeta: parts.beta && plan.gradientOfWeight(parts.beta),
      spareGamma: plan.temporary(channels, false),
      spareBeta: plan.temporary(channels, false),
    };
    const totals = plan.temporary(columnTotals(channels), false);
    const operation =
      plan.purpose.training && !plan.purpose.frozen.has(this)
        ? new TrainingOperation(this, parts, x, y, gradients, totals, {
            mean: plan.temporary(channels, false),
            inverseDeviation: plan.temporary(channels, false),
          })
        : new InferenceOperation(this, parts, x, y, gradients, totals);
    plan.add(operation);
    return y;
  }

  override getConfig(): Record<string, unknown> {
    const { gamma, beta, movingMean, movingVariance } = this.#initializers;
    return {
      ...super.getConfig(),
      axis: -1,
      momentum: this.momentum,
      epsilon: this.epsilon,
      center: this.center,
      scale: this.scale,
      gammaInitializer: gamma.getConfig(),
      betaInitializer: beta.getConfig(),
      movingMeanInitializer: movingMean.getConfig(),
      movingVarianceInitializer: movingVariance.getConfig(),
      gammaRegularizer: this.#regularizers.gamma?.getConfig(),
      betaRegularizer: this.#regularizers.beta?.getConfig(),
      gammaConstraint: this.#constraints.gamma?.getConfig(),
      betaConstraint: this.#constraints.beta?.getConfig(),
    };
  }

  #channels(shapes: readonly Shape[]): number {
    const shape = this.single(shapes);
    const channels = shape[shape.length - 1];
    if (shape.length < 2 || channels === null) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} needs inputs of shape [batch, ..., channels]. Received: shape ${showShape(shape)}`,
      );
    }
    return channels;
  }
}

interface Gradients {
  readonly dX: GradientSink;
  readonly dGamma: GradientSink | undefined;
  readonly dBeta: GradientSink | undefined;
  /** The kernel needs room for both sums even where nobody wants them. */
  readonly spareGamma: Pointer;
  readonly spareBeta: Pointer;
}

function addressOr(sink: GradientSink | undefined, spare: Pointer): number {
  return sink !== undefined && sink.isWanted ? sink.address : spare.address;
}

class TrainingOperation implements Operation {
  constructor(
    readonly layer: BatchNormalization,
    readonly parts: Parts,
    readonly x: Slot,
    readonly y: Slot,
    readonly gradients: Gradients,
    readonly totals: Pointer,
    readonly batch: { mean: Pointer; inverseDeviation: Pointer },
  ) {}

  forward({ kernels, rows }: StepContext): void {
    const { gamma, beta, movingMean, movingVariance } = this.parts;
    const channels = movingMean.size;
    kernels.batchNormForwardTraining(
      this.x.value,
      gamma === undefined ? 0 : gamma.address,
      beta === undefined ? 0 : beta.address,
      this.y.value,
      this.batch.mean.address,
      this.batch.inverseDeviation.address,
      movingMean.address,
      movingVariance.address,
      (rows * this.x.rowSize) / channels,
      channels,
      this.layer.momentum,
      this.layer.epsilon,
      this.totals.address,
    );
  }

  backward({ kernels, rows }: StepContext): void {
    const { gamma, movingMean } = this.parts;
    const { dX, dGamma, dBeta, spareGamma, spareBeta } = this.gradients;
    const channels = movingMean.size;
    kernels.batchNormBackwardTraining(
      this.x.value,
      this.y.gradient,
      gamma === undefined ? 0 : gamma.address,
      this.batch.mean.address,
      this.batch.inverseDeviation.address,
      dX.address,
      addressOr(dGamma, spareGamma),
      addressOr(dBeta, spareBeta),
      (rows * this.x.rowSize) / channels,
      channels,
      this.totals.address,
    );
  }
}

class InferenceOperation implements Operation {
  constructor(
    readonly layer: BatchNormalization,
    readonly parts: Parts,
    readonly x: Slot,
    readonly y: Slot,
    readonly gradients: Gradients,
    readonly totals: Pointer,
  ) {}

  forward({ kernels, rows }: StepContext): void {
    const { gamma, beta, movingMean, movingVariance } = this.parts;
    const channels = movingMean.size;
    kernels.batchNormForwardInference(
      this.x.value,
      gamma === undefined ? 0 : gamma.address,
      beta === undefined ? 0 : beta.address,
      movingMean.address,
      movingVariance.address,
      this.y.value,
      (rows * this.x.rowSize) / channels,
      channels,
      this.layer.epsilon,
      this.totals.address,
    );
  }

  backward({ kernels, rows }: StepContext): void {
    const { gamma, movingMean, movingVariance } = this.parts;
    const { dX, dGamma, dBeta, spareGamma, spareBeta } = this.gradients;
    const channels = movingMean.size;
    kernels.batchNormBackwardInference(
      this.x.value,
      this.y.gradient,
      gamma === undefined ? 0 : gamma.address,
      movingMean.address,
      movingVariance.address,
      dX.address,
      addressOr(dGamma, spareGamma),
      addressOr(dBeta, spareBeta),
      (rows * this.x.rowSize) / channels,
      channels,
      this.layer.epsilon,
      this.totals.address,
    );
  }
}
