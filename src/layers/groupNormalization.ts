import { LanegradError, showShape } from "../errors.js";
import { invalidOption } from "../options.js";
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import { normalizationKernels } from "../runtime/kernels/normalization.js";
import { Affine, affineOptions } from "./affine.js";
import type { AffineOptions } from "./affine.js";
import { columnTotals } from "./columnTotals.js";
import { Layer } from "./layer.js";

/** Options of `layers.groupNormalization`. */
export interface GroupNormalizationOptions extends AffineOptions {
  /**
   * How many groups the channels are divided into; -1 makes each channel a group of its own (instance
   * normalisation). Default 32.
   */
  groups?: number;
  /** The axis of the channels; only the last one is supported. Default -1. */
  axis?: number;
}

/**
 * Gives each group of consecutive channels mean 0 and variance 1 over all positions of an example, then
 * scales and shifts every channel (Wu and He 2018; Keras's GroupNormalization). The same in training and
 * prediction.
 */
export class GroupNormalization extends Layer {
  readonly className = "GroupNormalization";
  /** The option `groups`. */
  readonly groups: number;
  readonly #affine: Affine;
  #gamma: Weight | undefined;
  #beta: Weight | undefined;

  constructor(options: GroupNormalizationOptions = {}) {
    super("groupNormalization", options, ["groups", "axis", ...affineOptions()]);
    this.groups = groupsOption(options.groups ?? 32);
    if ((options.axis ?? -1) !== -1) {
      throw invalidOption("axis", "-1: channels are the last axis", options.axis);
    }
    this.#affine = new Affine(options);
  }

  override get supportsMasking(): boolean {
    return true;
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const { gamma, beta } = this.#affine.weights([this.#channels(inputShapes)]);
    this.#gamma = gamma && this.addWeight(gamma);
    this.#beta = beta && this.addWeight(beta);
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const channels = this.#channels(inputShapes);
    const expected = (this.#gamma ?? this.#beta)?.size ?? channels;
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
    const channels = this.#channels([x.shape]);
    const y = plan.output(x.shape, [x], this.weights);
    const operation = new GroupNormalizationOperation(
      this.#affine.epsilon,
      channels,
      this.groups === -1 ? channels : this.groups,
      x,
      y,
      this.#gamma,
      this.#beta,
      {
        mean: plan.temporary(channels, true),
        inverse: plan.temporary(channels, true),
        totals: plan.temporary(2 * columnTotals(channels), false),
        sums: plan.purpose.backward ? plan.temporary(2 * channels, true) : undefined,
        groupMeans: plan.purpose.backward ? plan.temporary(2 * channels, false) : undefined,
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
    return { ...super.getConfig(), groups: this.groups, axis: -1, ...this.#affine.getConfig() };
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
    if (channels % this.groups !== 0) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} cannot divide ${channels} channels into ${this.groups} groups of the same size. Received: shape ${showShape(shape)}`,
      );
    }
    return channels;
  }
}

function groupsOption(value: unknown): number {
  if (!Number.isInteger(value) || ((value as number) <= 0 && value !== -1)) {
    throw invalidOption("groups", "a positive integer, or -1 for one channel a group", value);
  }
  return value as number;
}

interface Memory {
  readonly mean: Pointer;
  readonly inverse: Pointer;
  readonly totals: Pointer;
  /** Room for sums and means of the backward kernel. */
  readonly sums: Pointer | undefined;
  readonly groupMeans: Pointer | undefined;
}

interface Gradients {
  readonly dX: GradientSink;
  readonly dGamma: GradientSink | undefined;
  readonly dBeta: GradientSink | undefined;
}

class GroupNormalizationOperation implements Operation {
  constructor(
    readonly epsilon: number,
    readonly channels: number,
    readonly groups: number,
    readonly x: Slot,
    readonly y: Slot,
    readonly gamma: Weight | undefined,
    readonly beta: Weight | undefined,
    readonly memory: Memory,
    readonly gradients: Gradients,
  ) {}

  forward({ rows }: StepContext): void {
    normalizationKernels().groupNormForward(
      this.x.value,
      this.gamma === undefined ? 0 : this.gamma.address,
      this.beta === undefined ? 0 : this.beta.address,
      this.y.value,
      this.memory.mean.address,
      this.memory.inverse.address,
      rows,
      this.x.rowSize / this.channels,
      this.channels,
      this.groups,
      this.epsilon,
      this.memory.totals.address,
    );
  }

  backward({ rows }: StepContext): void {
    const { dX, dGamma, dBeta } = this.gradients;
    const { mean, inverse, sums, totals, groupMeans } = this.memory;
    normalizationKernels().groupNormBackward(
      this.x.value,
      this.y.gradient,
      this.gamma === undefined ? 0 : this.gamma.address,
      mean.address,
      inverse.address,
      dX.address,
      dGamma === undefined ? 0 : dGamma.address,
      dBeta === undefined ? 0 : dBeta.address,
      sums === undefined ? 0 : sums.address,
      rows,
      this.x.rowSize / this.channels,
      this.channels,
      this.groups,
      totals.address,
      groupMeans === undefined ? 0 : groupMeans.address,
    );
  }
}
