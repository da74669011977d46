import type { ConstraintSpec } from "../constraints/index.js";
import { LanegradError, showShape } from "../errors.js";
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import type { InitializerSpec } from "../initializers/index.js";
import { flag, fraction, invalidOption, positive } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import type { RegularizerSpec } from "../regularizers/index.js";
import { columnTotals } from "./columnTotals.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { settingNames, WeightSettings } from "./weightSettings.js";

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
  "movingMeanInitializer",
  "movingVarianceInitializer",
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
 * follow; prediction, and a layer that is not trainable, uses the moving ones. Steps that a mask leaves out
 * are normalised too, but do not count in the statistics of the batch.
 */
export class BatchNormalization extends Layer {
  readonly className = "BatchNormalization";
  /** The option `momentum`. */
  readonly momentum: number;
  /** The option `epsilon`. */
  readonly epsilon: number;
  /** The option `center`. */
  readonly center: boolean;
  /** The option `scale`. */
  readonly scale: boolean;
  readonly #settings: WeightSettings<keyof Parts>;
  #parts: Parts | undefined;

  constructor(options: BatchNormalizationOptions = {}) {
    super("batchNormalization", options, [...OPTIONS, ...settingNames("gamma", "beta")]);
    this.momentum = fraction("momentum", options.momentum ?? 0.99);
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-3);
    this.center = flag("center", options.center ?? true);
    this.scale = flag("scale", options.scale ?? true);
    if ((options.axis ?? -1) !== -1) {
      throw invalidOption("axis", "-1: channels are the last axis", options.axis);
    }
    this.#settings = new WeightSettings(
      { gamma: "ones", beta: "zeros", movingMean: "zeros", movingVariance: "ones" },
      options,
    );
  }

  override get supportsMasking(): boolean {
    return true;
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const shape = [this.#channels(inputShapes)];
    const add = (name: keyof Parts, isTrained: boolean): Weight =>
      this.addWeight({ ...this.#settings.of(name, shape), isTrained });
    this.#parts = {
      ...(this.scale && { gamma: add("gamma", true) }),
      ...(this.center && { beta: add("beta", true) }),
      movingMean: add("movingMean", false),
      movingVariance: add("movingVariance", false),
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

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const parts = this.#parts as Parts;
    const channels = parts.movingMean.size;
    const batch =
      plan.purpose.training && !plan.purpose.frozen.has(this)
        ? {
            mean: plan.temporary(channels, false),
            inverseDeviation: plan.temporary(channels, false),
            before: plan.reserve(statisticsSize(parts)),
          }
        : undefined;
    const mask = batch && x.mask;
    const y = plan.output(x.shape, mask === undefined ? [x] : [x, mask.slot], this.weights);
    const gradients: Gradients = {
      dX: plan.gradientOf(x),
      dGamma: parts.gamma && plan.gradientOfWeight(parts.gamma),
      dBeta: parts.beta && plan.gradientOfWeight(parts.beta),
      spareGamma: plan.temporary(channels, false),
      spareBeta: plan.temporary(channels, false),
    };
    const totals = plan.temporary(columnTotals(channels), false);
    const operation = new BatchNormalizationOperation(this, parts, x, y, gradients, totals, batch);
    plan.add(mask?.normalize(operation) ?? operation);
    return y;
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      axis: -1,
      momentum: this.momentum,
      epsilon: this.epsilon,
      center: this.center,
      scale: this.scale,
      ...this.#settings.getConfig(),
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

/** Floats from the start of the moving mean to the end of the variance, which was added after it. */
function statisticsSize({ movingMean, movingVariance }: Parts): number {
  return (movingVariance.offset - movingMean.offset) / 4 + movingVariance.size;
}

/** What a forward call in training leaves for backward, of each channel. */
export interface BatchStatistics {
  readonly mean: Pointer;
  readonly inverseDeviation: Pointer;
  /** The moving statistics as they were before it. */
  readonly before: Pointer;
}

/** What the layer computes without a mask, and in prediction with one. */
export class BatchNormalizationOperation implements Operation {
  /** @param batch the statistics of the batch, in training; without them the moving ones count */
  constructor(
    readonly layer: BatchNormalization,
    readonly parts: Parts,
    readonly x: Slot,
    readonly y: Slot,
    readonly gradients: Gradients,
    readonly totals: Pointer,
    readonly batch: BatchStatistics | undefined,
  ) {}

  get channels(): number {
    return this.parts.movingMean.size;
  }

  /** The address of gamma, or 0. */
  get scale(): number {
    return this.parts.gamma?.address ?? 0;
  }

  /** The address of beta, or 0. */
  get offset(): number {
    return this.parts.beta?.address ?? 0;
  }

  get dScale(): number {
    return addressOr(this.gradients.dGamma, this.gradients.spareGamma);
  }

  get dOffset(): number {
    return addressOr(this.gradients.dBeta, this.gradients.spareBeta);
  }

  forward({ kernels, rows }: StepContext): void {
    const { layer, x, y, totals, batch, channels, scale, offset } = this;
    const { movingMean, movingVariance } = this.parts;
    const count = (rows * x.rowSize) / channels;
    if (batch === undefined) {
      kernels.batchNormForwardInference(
        x.value,
        scale,
        offset,
        movingMean.address,
        movingVariance.address,
        y.value,
        count,
        channels,
        layer.epsilon,
        totals.address,
      );
    } else {
      this.copyStatistics(kernels, batch.before, movingMean);
      kernels.batchNormForwardTraining(
        x.value,
        scale,
        offset,
        y.value,
        batch.mean.address,
        batch.inverseDeviation.address,
        movingMean.address,
        movingVariance.address,
        count,
        channels,
        layer.momentum,
        layer.epsilon,
        totals.address,
      );
    }
  }

  copyStatistics(kernels: Kernels, to: Pointer, from: Pointer): void {
    kernels.copy(to.address, from.address, statisticsSize(this.parts));
  }

  undo({ kernels }: StepContext): void {
    if (this.batch) this.copyStatistics(kernels, this.parts.movingMean, this.batch.before);
  }

  backward({ kernels, rows }: StepContext): void {
    const { layer, x, y, totals, batch, channels, scale, dScale, dOffset } = this;
    const { movingMean, movingVariance } = this.parts;
    const { dX } = this.gradients;
    const count = (rows * x.rowSize) / channels;
    if (batch === undefined) {
      kernels.batchNormBackwardInference(
        x.value,
        y.gradient,
        scale,
        movingMean.address,
        movingVariance.address,
        dX.address,
        dScale,
        dOffset,
        count,
        channels,
        layer.epsilon,
        totals.address,
      );
    } else {
      kernels.batchNormBackwardTraining(
        x.value,
        y.gradient,
        scale,
        batch.mean.address,
        batch.inverseDeviation.address,
        dX.address,
        dScale,
        dOffset,
        count,
        channels,
        totals.address,
      );
    }
  }
}
