import { sizeOf } from "../tensor/nested.js";

/** The names of what any optimizer may remember besides its own slots. */
export const AVERAGE = "average";
export const GRADIENT_ACCUMULATOR = "gradientAccumulator";

/** One array that an optimizer remembers for a weight. */
export interface Slot {
  /** Keras's name of the variable, in camelCase. */
  readonly name: string;
  readonly shape: readonly number[];
  /** What it holds before the first step: one number everywhere, or the weight itself. Default 0. */
  readonly initialValue?: number | "weight";
}

/** What an optimizer must know of a weight to say what it remembers. */
export interface TrainedWeight {
  readonly shape: readonly number[];
  /** The names of layer and weight, as in "dense_1/kernel"; empty for a weight outside a model. */
  readonly path: string;
}

/** Slots of the shape of the weight that start at 0. */
export function slotsLike({ shape }: TrainedWeight, ...names: string[]): Slot[] {
  return names.map((name) => ({ name, shape }));
}

/** Anything with an address that may change from step to step. */
interface Base {
  readonly pointer: number;
}

/** The place of a slot in the block of a state, in bytes from its start. */
export interface PlacedSlot extends Slot {
  readonly offset: number;
  readonly size: number;
}

/** One weight as an optimizer's rule sees it: its shape, and the addresses of what is remembered for it. */
export class WeightSlots {
  readonly shape: readonly number[];
  readonly path: string;
  readonly size: number;
  readonly slots: readonly PlacedSlot[];
  readonly #base: Base;
  readonly #average: number;
  readonly #gradientAccumulator: number;
  readonly #row: number;
  readonly #workspace: number;

  /**
   * @param row bytes from the start of the block to its row of the table of weights
   * @param workspace bytes from there to memory that all weights share during an update
   */
  constructor(
    weight: TrainedWeight,
    slots: readonly PlacedSlot[],
    base: Base,
    row: number,
    workspace: number,
  ) {
    this.shape = weight.shape;
    this.path = weight.path;
    this.size = sizeOf(weight.shape);
    this.slots = slots;
    this.#base = base;
    this.#average = slots.findIndex((slot) => slot.name === AVERAGE);
    this.#gradientAccumulator = slots.findIndex((slot) => slot.name === GRADIENT_ACCUMULATOR);
    this.#row = row;
    this.#workspace = workspace;
  }

  /** The address of a slot, in the order in which the optimizer named them. The block must be in. */
  at(slot: number): number {
    return this.#base.pointer + this.slots[slot].offset;
  }

  get hasAverage(): boolean {
    return this.#average >= 0;
  }

  /** The moving average of the weight, of an optimizer with useEma. */
  get average(): number {
    return this.at(this.#average);
  }

  /** The sum of its gradients, of an optimizer with gradientAccumulationSteps. */
  get gradientAccumulator(): number {
    return this.at(this.#gradientAccumulator);
  }

  /** Its row of the table of weights: a table of one weight. */
  get row(): number {
    return this.#base.pointer + this.#row;
  }

  /** Memory that holds nothing between two updates. */
  get workspace(): number {
    return this.#base.pointer + this.#workspace;
  }
}
