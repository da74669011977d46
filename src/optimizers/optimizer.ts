import { LanegradError, show } from "../errors.js";
import { checkKeys, flag, invalidOption, nonNegative, positiveInteger, proportion } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { fromValues, Tensor } from "../tensor/tensor.js";
import type { TensorLike } from "../tensor/tensor.js";
import { toSchedule } from "../schedules/spec.js";
import type { Schedule, ScheduleSpec } from "../schedules/index.js";
import { OptimizerState } from "./state.js";
import { applyToTensors } from "./apply.js";
import { checkClipping } from "./clipping.js";
import type { Clipping } from "./clipping.js";
import { AVERAGE, GRADIENT_ACCUMULATOR } from "./slots.js";
import type { Slot, TrainedWeight, WeightSlots } from "./slots.js";

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** The size of a step: a number, a schedule, or a schedule's name and options. */
  learningRate?: number | ScheduleSpec;
  /** Shrinks weights by learningRate * weightDecay of themselves before each update. Default none. */
  weightDecay?: number;
  /** Scales the gradient of each weight down to this norm. Default none. */
  clipnorm?: number;
  /** Scales all gradients down so that their norm together is at most this. Default none. */
  globalClipnorm?: number;
  /** Cuts every value of a gradient off at plus and minus this. Default none. */
  clipvalue?: number;
  /** Keep a moving average of each weight, which the model gets when `fit` ends. Default false. */
  useEma?: boolean;
  /** How slowly the averages follow: average = emaMomentum * average + (1 - emaMomentum) * w. Default 0.99. */
  emaMomentum?: number;
  /** With useEma, every so many updates the weights become their averages. Default never. */
  emaOverwriteFrequency?: number;
  /** Update once every so many batches, 2 or more, by the mean of their gradients. Default none: each batch. */
  gradientAccumulationSteps?: number;
}

const BASE_OPTIONS: readonly string[] = [
  "learningRate",
  "weightDecay",
  "clipnorm",
  "globalClipnorm",
  "clipvalue",
  "useEma",
  "emaMomentum",
  "emaOverwriteFrequency",
  "gradientAccumulationSteps",
];

/** A weight and its gradient, as `apply` takes them. */
export type WeightAndGradient = readonly [Tensor | Float32Array, TensorLike];

/** The weights of a list, by position, that one optimizer changes. */
export interface WeightGroup {
  readonly optimizer: Optimizer;
  readonly members: readonly number[];
}

/** The rule by which gradients change weights. It holds settings; what it remembers belongs to the model. */
export abstract class Optimizer {
  /** The name that configurations use. */
  abstract readonly name: string;
  /** The option of that name; undefined for none. */
  readonly weightDecay: number | undefined;
  /** How gradients are clipped: at most one of `clipnorm`, `globalClipnorm` and `clipvalue`. */
  readonly clipping: Clipping;
  /** Whether averages of the weights are kept. */
  readonly useEma: boolean;
  /** How slowly the averages follow. */
  readonly emaMomentum: number;
  /** After how many updates the weights become their averages; undefined for never. */
  readonly emaOverwriteFrequency: number | undefined;
  /** How many batches an update takes; undefined for one. */
  readonly gradientAccumulationSteps: number | undefined;
  /** Undefined if the rate is a number. */
  readonly #schedule: Schedule | undefined;
  /** Undefined before the first step by a schedule. */
  #learningRate: number | undefined;
  #ownState: OptimizerState | undefined;

  protected constructor(
    owner: string,
    options: OptimizerOptions,
    known: readonly string[],
    defaults: { learningRate: number; weightDecay?: number },
  ) {
    checkKeys(owner, options, [...BASE_OPTIONS, ...known]);
    const rate = options.learningRate ?? defaults.learningRate;
    if (typeof rate === "object") this.#schedule = toSchedule(rate);
    else this.#learningRate = nonNegative("learningRate", rate);
    const decay = options.weightDecay ?? defaults.weightDecay;
    if (decay !== undefined) this.weightDecay = nonNegative("weightDecay", decay);
    this.clipping = checkClipping(options);
    this.useEma = flag("useEma", options.useEma ?? false);
    this.emaMomentum = proportion("emaMomentum", options.emaMomentum ?? 0.99);
    const { emaOverwriteFrequency: frequency, gradientAccumulationSteps: steps } = options;
    if (frequency !== undefined) {
      this.emaOverwriteFrequency = positiveInteger("emaOverwriteFrequency", frequency);
    }
    if (steps !== undefined) this.gradientAccumulationSteps = accumulationSteps(steps);
  }

  /**
   * The size of a step. May be set at any time; the next step uses it. With a schedule it is the rate of the
   * last step begun, and cannot be set.
   *
   * @throws LanegradError INVALID_OPTION when set to what is not a number of 0 or more, or with a schedule
   */
  get learningRate(): number {
    return (this.#learningRate ??= (this.#schedule as Schedule).at(0));
  }

  set learningRate(value: number) {
    if (this.#schedule !== undefined) {
      throw new LanegradError(
        "INVALID_OPTION",
        `the learning rate follows a schedule; make the optimizer with a number to set it. Received: learningRate=${show(value)}`,
      );
    }
    this.#learningRate = nonNegative("learningRate", value);
  }

  /** @internal Whether the rate follows a schedule, so that nothing else may set it. */
  get followsSchedule(): boolean {
    return this.#schedule !== undefined;
  }

  /** @internal Which optimizer changes which weights: itself all of them, unless it hands them on. */
  groups(trained: readonly TrainedWeight[]): readonly WeightGroup[] {
    return [{ optimizer: this, members: [...trained.keys()] }];
  }

  /** @internal What it remembers for a weight. */
  abstract slots(weight: TrainedWeight): readonly Slot[];

  /** @internal Its slots, and those that the options of every optimizer ask for. */
  allSlots(weight: TrainedWeight): readonly Slot[] {
    const slots = [...this.slots(weight)];
    if (this.useEma) slots.push({ name: AVERAGE, shape: weight.shape });
    if (this.gradientAccumulationSteps !== undefined) {
      slots.push({ name: GRADIENT_ACCUMULATOR, shape: weight.shape });
    }
    return slots;
  }

  /** @internal Bytes that an update needs and that hold nothing between updates. */
  workspaceBytes(_weights: readonly TrainedWeight[]): number {
    return 0;
  }

  /** @internal How many updates so many calls of takeStep have made. */
  updatesIn(calls: number): number {
    return Math.floor(calls / (this.gradientAccumulationSteps ?? 1));
  }

  /**
   * @internal Computes what is the same for all weights of an update. Schedules, beta^t and the like count
   * updates. (Keras 3.16 evaluates schedules at the number of calls, batches that only accumulate included.)
   *
   * @param calls calls of takeStep before this one
   * @returns which update it is, from 1
   */
  begin(calls: number): number {
    const updates = this.updatesIn(calls);
    if (this.#schedule !== undefined) this.#learningRate = this.#schedule.at(updates);
    this.beginStep(updates + 1);
    return updates + 1;
  }

  /** @internal Computes what is the same for all weights of an update, counted from 1. */
  protected beginStep(_step: number): void {}

  /** @internal The weight decay of one weight, asked where the optimizer has any. */
  weightDecayOf(_slots: WeightSlots): number {
    return this.weightDecay ?? 0;
  }

  /**
   * @internal Updates all weights of a group, where one kernel does so. It may overwrite the gradients.
   *
   * @param table the address of their rows in the table of weights
   * @param rows how many they are
   * @param step which update it is, from 1
   */
  updateAll?(k: Kernels, table: number, rows: number, step: number): void;

  /**
   * @internal Updates one weight, of an optimizer without `updateAll`. It may overwrite the gradient.
   *
   * @param weight its address
   * @param gradient the address of its gradient
   * @param slots its shape and what is remembered for it
   */
  update?(k: Kernels, weight: number, gradient: number, slots: WeightSlots): void;

  /** The options from which an equal optimizer can be made. */
  getConfig(): Record<string, unknown> {
    return {
      name: this.name,
      learningRate: this.#schedule?.getConfig() ?? this.learningRate,
      weightDecay: this.weightDecay,
      ...this.clipping,
      useEma: this.useEma,
      emaMomentum: this.emaMomentum,
      emaOverwriteFrequency: this.emaOverwriteFrequency,
      gradientAccumulationSteps: this.gradientAccumulationSteps,
    };
  }

  /**
   * Takes one step on weights outside a model. The weights change in place; what the optimizer remembers
   * goes by their position in the list. With gradientAccumulationSteps the calls between updates only add
   * the gradients up; with useEma the averages are kept but not handed out, other than by
   * emaOverwriteFrequency.
   *
   * @param pairs weights, as tensors or Float32Arrays, each with its gradient
   * @throws LanegradError SHAPE_MISMATCH if a gradient does not have the size of its weight, or the sizes
   * differ from those of the step before; nothing has changed then
   */
  apply(pairs: readonly WeightAndGradient[]): void {
    if (!Array.isArray(pairs) || !pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) {
      throw new LanegradError(
        "INVALID_OPTION",
        `apply takes [[weights, gradients], ...]. Received: ${show(pairs)}`,
      );
    }
    const weights = pairs.map(([weight]) => dataOf(weight));
    const gradients = pairs.map(([, gradient], i) => fromValues(gradient, `gradients[${i}]`).data);
    gradients.forEach((gradient, i) => {
      if (gradient.length === weights[i].length) return;
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `gradients[${i}] must have as many values as its weight, ${weights[i].length}. Received: ${gradient.length} values`,
      );
    });
    this.#ownState ??= new OptimizerState(
      this,
      pairs.map(([weight]) => ({ shape: shapeOf(weight), path: "" })),
    );
    applyToTensors(this.#ownState, weights, gradients);
  }
}

function dataOf(weight: unknown): Float32Array {
  if (weight instanceof Tensor) return weight.data;
  if (weight instanceof Float32Array) return weight;
  throw new LanegradError(
    "INVALID_DATA",
    `weights must be tensors or Float32Arrays. Received: ${show(weight)}`,
  );
}

/** The shape of a weight; a Float32Array is one axis. */
function shapeOf(weight: Tensor | Float32Array): readonly number[] {
  return weight instanceof Tensor ? weight.shape : [weight.length];
}

function accumulationSteps(value: unknown): number {
  if (positiveInteger("gradientAccumulationSteps", value) >= 2) return value as number;
  throw invalidOption("gradientAccumulationSteps", "2 or more; leave it out to update at every batch", value);
}
