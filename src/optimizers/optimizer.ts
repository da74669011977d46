import { LanegradError, show } from "../errors.js";
import { checkKeys, nonNegative } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { fromValues, Tensor } from "../tensor/tensor.js";
import type { TensorLike } from "../tensor/tensor.js";
import { OptimizerState } from "./state.js";
import { applyToTensors } from "./apply.js";
import { checkClipping } from "./clipping.js";
import type { Clipping } from "./clipping.js";

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** The size of a step. */
  learningRate?: number;
  /** Shrinks weights by learningRate * weightDecay of themselves before each update. Default none. */
  weightDecay?: number;
  /** Scales the gradient of each weight down to this norm. Default none. */
  clipnorm?: number;
  /** Scales all gradients down so that their norm together is at most this. Default none. */
  globalClipnorm?: number;
  /** Cuts every value of a gradient off at plus and minus this. Default none. */
  clipvalue?: number;
}

const BASE_OPTIONS: readonly string[] = [
  "learningRate",
  "weightDecay",
  "clipnorm",
  "globalClipnorm",
  "clipvalue",
];

/** A weight and its gradient, as `apply` takes them. */
export type WeightAndGradient = readonly [Tensor | Float32Array, TensorLike];

/** The rule by which gradients change weights. It holds settings; what it remembers belongs to the model. */
export abstract class Optimizer {
  /** The name that configurations use. */
  abstract readonly name: string;
  readonly weightDecay: number | undefined;
  readonly clipping: Clipping;
  #learningRate: number;
  #ownState: OptimizerState | undefined;

  protected constructor(
    owner: string,
    options: OptimizerOptions,
    known: readonly string[],
    defaults: { learningRate: number; weightDecay?: number },
  ) {
    checkKeys(owner, options, [...BASE_OPTIONS, ...known]);
    this.#learningRate = nonNegative("learningRate", options.learningRate ?? defaults.learningRate);
    const decay = options.weightDecay ?? defaults.weightDecay;
    if (decay !== undefined) this.weightDecay = nonNegative("weightDecay", decay);
    this.clipping = checkClipping(options);
  }

  /** The size of a step. May be set at any time; the next step uses it. */
  get learningRate(): number {
    return this.#learningRate;
  }

  set learningRate(value: number) {
    this.#learningRate = nonNegative("learningRate", value);
  }

  /** @internal How many arrays of the size of a weight it remembers for each. */
  abstract readonly slots: number;

  /** @internal What every value of these arrays is before the first step. */
  readonly initialValue: number = 0;

  /** @internal Computes what is the same for all weights of a step, counted from 1. */
  beginStep(_step: number): void {}

  /**
   * @internal Updates one weight.
   *
   * @param slots the address of its first remembered array; the others follow at `slotBytes`
   */
  abstract update(
    k: Kernels,
    weight: number,
    gradient: number,
    slots: number,
    slotBytes: number,
    count: number,
  ): void;

  /** The options from which an equal optimizer can be made. */
  getConfig(): Record<string, unknown> {
    return {
      name: this.name,
      learningRate: this.learningRate,
      weightDecay: this.weightDecay,
      ...this.clipping,
    };
  }

  /**
   * Takes one step on weights outside a model. The weights change in place; what the optimizer remembers
   * goes by their position in the list.
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
      weights.map((weight) => weight.length),
    );
    applyToTensors(this, this.#ownState, weights, gradients);
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
