// Which steps of a sequence count. Layers that make masks link this; all others know its type alone.
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import { rowSize } from "../graph/symbolic.js";
import type { Shape } from "../graph/symbolic.js";
import type { Loss } from "../losses/loss.js";
import { layerKernels } from "../runtime/kernels/layers.js";
import type { BatchNormalizationOperation } from "./batchNormalization.js";
import type { Layer } from "./layer.js";
import { MaskedBatchNormalization } from "./maskedBatchNormalization.js";

const FLOAT_BYTES = 4;

/** The layers and losses that have been warned about. */
const warned = new WeakSet<Layer | Loss>();

function warnOnce(part: Layer | Loss, text: string): void {
  if (warned.has(part)) return;
  warned.add(part);
  console.warn(`Lanegrad: ${text}`);
}

/** A tensor of a plan that says which steps of others count: those carry it. */
export class Mask {
  /** [batch, steps], or with more axes, as a tensor that carries it begins: 1 for a step that counts, else 0. */
  readonly slot: Slot;

  constructor(slot: Slot) {
    this.slot = slot;
  }

  /** The number of steps in each row. */
  get steps(): number {
    return this.slot.rowSize;
  }

  /** The same kind of mask under another tensor. */
  as(slot: Slot): Mask {
    return new Mask(slot);
  }

  /** Lets tensors carry it that have its steps, and something in each of them. */
  giveTo(outputs: readonly Slot[]): void {
    const { shape } = this.slot;
    for (const slot of outputs) {
      const has = shape.length < slot.shape.length && shape.every((size, axis) => size === slot.shape[axis]);
      if (has) slot.mask = this;
    }
  }

  /** Warns, once, of a layer that takes no masks. */
  endAt(layer: Layer): void {
    warnOnce(
      layer,
      `${layer.name} takes no masks, so the mask of its input ends there: it and what comes after it count all steps.`,
    );
  }

  /** The steps that count here or in another mask, taken down in a plan; undefined if the two do not fit. */
  or(plan: PlanBuilder, other: Mask): Mask | undefined {
    const [a, b] = [this.slot, other.slot];
    if (a === b) return this;
    if (a.shape.length !== b.shape.length || a.shape.some((size, i) => size !== b.shape[i])) return undefined;
    const y = plan.output(a.shape, [a, b]);
    plan.add(new EitherOperation(a, b, y));
    return new Mask(y);
  }

  /**
   * The steps that count here or not in another mask of the same steps, taken down in a plan; undefined if that is all of
   * them, since the other is this one.
   */
  orNot(plan: PlanBuilder, other: Mask): Mask | undefined {
    const { slot } = other;
    return slot === this.slot ? undefined : this.or(plan, findMask(plan, slot, 1, slot.shape));
  }

  /** A tensor that carries it, with a value in place of what does not count, taken down in a plan. */
  keep(plan: PlanBuilder, x: Slot, value: number): Slot {
    const y = plan.output(x.shape, [x, this.slot]);
    plan.add(new KeepOperation(x, this.slot, value, y, plan.gradientOf(x)));
    return y;
  }

  /** The masks of tensors that lie one after another along an axis of theirs, taken down in a plan as `join` says. */
  concatenated(plan: PlanBuilder, inputs: readonly Slot[], join: (masks: readonly Slot[]) => Slot): Mask {
    const rank = this.slot.shape.length;
    return new Mask(join(inputs.map(({ mask, shape }) => mask?.slot ?? ones(plan, shape.slice(0, rank)))));
  }

  /** The mask of the steps in reverse, taken down in a plan. */
  reversed(plan: PlanBuilder): Mask {
    const y = plan.output(this.slot.shape, [this.slot]);
    plan.add(new ReverseOperation(this.slot, y));
    return new Mask(y);
  }

  /** Takes the mean of [batch, steps, channels] over the steps that count down in a plan; undefined if it has other steps. */
  mean(plan: PlanBuilder, x: Slot, shape: Shape): Slot | undefined {
    if (this.steps !== x.shape[1]) return undefined;
    const y = plan.output(shape, [x, this.slot]);
    plan.add(new MeanOperation(x, this.slot, y, plan.gradientOf(x)));
    return y;
  }

  /** Batch normalisation in training, by the statistics of the steps that count in place of those of all. */
  normalize(whole: BatchNormalizationOperation): Operation {
    return new MaskedBatchNormalization(whole, this.slot);
  }

  /**
   * What a loss on a tensor that carries the mask weighs its steps by; undefined, with a warning, for a loss that has no
   * value for each step.
   *
   * @param losses for each row of the batch
   */
  weights(plan: PlanBuilder, loss: Loss, losses: number): StepWeights | undefined {
    if (losses % this.steps === 0) return new StepWeights(plan, this.#ofLosses(plan, losses));
    warnOnce(
      loss,
      `the loss ${loss.name} is over several steps at once, so it counts those too that the mask of the output leaves out.`,
    );
    return undefined;
  }

  /** Whether each loss counts, where a step may have several. */
  #ofLosses(plan: PlanBuilder, losses: number): Slot {
    if (losses === this.steps) return this.slot;
    const y = plan.output([null, losses], [this.slot]);
    plan.add(new SpreadOperation(this.slot, y));
    return y;
  }
}

/** The weights of the steps of a batch: their own or those of their rows, or 0. */
export class StepWeights {
  readonly steps: number;
  readonly #mask: Slot;
  readonly #weights: Slot;

  constructor(plan: PlanBuilder, mask: Slot) {
    this.steps = mask.rowSize;
    this.#mask = mask;
    this.#weights = plan.input(mask.shape, false);
    for (const slot of [mask, this.#weights]) plan.keep(slot);
  }

  /** The address of the mask. */
  get mask(): number {
    return this.#mask.value;
  }

  /**
   * The address of the weights of a batch.
   *
   * @param sampleWeight that of the weights of its rows or of their steps; 0 if there are none
   * @param weightsPerRow how many of these each row has: one, or one for each step
   */
  weigh(sampleWeight: number, rows: number, weightsPerRow: number): number {
    if (sampleWeight === 0) return this.mask;
    const stepsPerWeight = this.steps / weightsPerRow;
    layerKernels().weighSteps(
      this.mask,
      sampleWeight,
      this.#weights.value,
      rows * weightsPerRow,
      stepsPerWeight,
    );
    return this.#weights.value;
  }
}

/** Finds the steps that count, by their values, and takes the mask down in a plan. */
export function findMask(plan: PlanBuilder, x: Slot, value: number, shape: Shape): Mask {
  const mask = plan.output(shape, [x]);
  plan.add(new FindOperation(x, value, mask, x.rowSize / rowSize(shape)));
  return new Mask(mask);
}

/** The mask of a tensor all of whose steps count. */
function ones(plan: PlanBuilder, shape: Shape): Slot {
  const y = plan.output(shape, []);
  plan.add({ forward: ({ kernels, rows }) => kernels.fill(y.value, rows * y.rowSize, 1) });
  return y;
}

class EitherOperation implements Operation {
  constructor(
    readonly a: Slot,
    readonly b: Slot,
    readonly y: Slot,
  ) {}

  forward({ rows }: StepContext): void {
    const { a, b, y } = this;
    layerKernels().eitherStep(a.value, b.value, y.value, rows * y.rowSize);
  }
}

/** Gives each step the place of several. */
class SpreadOperation implements Operation {
  constructor(
    readonly x: Slot,
    readonly y: Slot,
  ) {}

  forward({ rows }: StepContext): void {
    const { x, y } = this;
    layerKernels().repeatForward(x.value, y.value, rows * x.rowSize, y.rowSize / x.rowSize, 1);
  }
}

class KeepOperation implements Operation {
  readonly #columns: number;

  constructor(
    readonly x: Slot,
    readonly mask: Slot,
    readonly value: number,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    this.#columns = x.rowSize / mask.rowSize;
  }

  forward({ rows }: StepContext): void {
    this.#keep(this.x.value, this.value, this.y.value, rows);
  }

  backward({ rows }: StepContext): void {
    this.#keep(this.y.gradient, 0, this.dX.address, rows);
  }

  #keep(x: number, value: number, y: number, rows: number): void {
    layerKernels().keepSteps(x, this.mask.value, value, y, rows * this.mask.rowSize, this.#columns);
  }
}

class ReverseOperation implements Operation {
  constructor(
    readonly x: Slot,
    readonly y: Slot,
  ) {}

  forward({ rows }: StepContext): void {
    const steps = this.x.rowSize;
    const last = this.x.value + FLOAT_BYTES * (steps - 1);
    layerKernels().permute(last, this.y.value, 1, 1, 1, rows, steps, 0, 0, 0, steps, -1);
  }
}

class FindOperation implements Operation {
  constructor(
    readonly x: Slot,
    readonly value: number,
    readonly mask: Slot,
    readonly columns: number,
  ) {}

  forward({ rows }: StepContext): void {
    const { x, value, mask, columns } = this;
    layerKernels().findSteps(x.value, value, mask.value, rows * mask.rowSize, columns);
  }
}

class MeanOperation implements Operation {
  constructor(
    readonly x: Slot,
    readonly mask: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {}

  forward({ rows }: StepContext): void {
    const { x, mask, y } = this;
    layerKernels().meanOfStepsForward(x.value, mask.value, y.value, rows, mask.rowSize, y.rowSize);
  }

  backward({ rows }: StepContext): void {
    const { dX, mask, y } = this;
    layerKernels().meanOfStepsBackward(y.gradient, mask.value, dX.address, rows, mask.rowSize, y.rowSize);
  }
}
