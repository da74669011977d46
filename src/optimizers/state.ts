import { LanegradError } from "../errors.js";
import { align } from "../runtime/allocator.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { Block, newFloats } from "../runtime/memory.js";
import { freeWithOwner, memory } from "../runtime/runtime.js";
import { sizeOf } from "../tensor/nested.js";
import type { Optimizer, WeightGroup } from "./optimizer.js";
import { WeightSlots } from "./slots.js";
import type { PlacedSlot, Slot, TrainedWeight } from "./slots.js";
import type { Place } from "./update.js";

/** One remembered array, as it is saved. */
export interface SavedSlot {
  /** As in `Slot`: "momentum", "average" and the like. */
  readonly name: string;
  /** Which weight it belongs to, by position. */
  readonly weight: number;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A row of the table of weights, as `assembly/optimizer.ts` has it: three words, and an address for each of some slots. */
const ROW_SLOTS = 3;
const ROW_BYTES = 4 * (3 + ROW_SLOTS);

/**
 * What an optimizer remembers about a list of weights. To save it takes `read()`, `step` and
 * `holdsAverages`; to resume, a state made for the same optimizer and weights takes them back (`writeState`).
 */
export class OptimizerState {
  /** Which optimizer changes which of the weights; one group of all, unless there are several optimizers. */
  readonly groups: readonly WeightGroup[];
  readonly sizes: readonly number[];
  /** One for each weight. */
  readonly weights: readonly WeightSlots[];
  /**
   * Calls of takeStep so far, Keras's iterations. Where gradients are accumulated the number of updates is
   * this divided by gradientAccumulationSteps, rounded down.
   */
  step = 0;
  /** Whether the weights are their averages just now, and the slots "average" hold the weights. */
  holdsAverages = false;
  /** Whether there are averages of any weights. */
  readonly keepsAverages: boolean;
  /** All that is remembered, the table of weights, and memory for an update. */
  readonly block: Block;

  constructor(optimizer: Optimizer, trained: readonly TrainedWeight[]) {
    this.groups = optimizer.groups(trained);
    // The table of weights comes first. The rows of a group lie one after another.
    const order = this.groups.flatMap(({ members }) => members);
    let bytes = align(Math.max(1, ROW_BYTES * order.length));
    const place = (slot: Slot): PlacedSlot => {
      const size = sizeOf(slot.shape);
      const placed = { ...slot, size, offset: bytes };
      bytes += align(4 * size);
      return placed;
    };
    const slots: PlacedSlot[][] = [];
    const workspaces = this.groups.map((group) => {
      for (const i of group.members) slots[i] = group.optimizer.allSlots(trained[i]).map(place);
      return group.optimizer.workspaceBytes(group.members.map((i) => trained[i]));
    });
    const workspace = bytes;
    bytes += align(Math.max(0, ...workspaces));
    const block = new Block(bytes);
    this.block = block;
    this.weights = trained.map(
      (weight, i) => new WeightSlots(weight, slots[i], block, ROW_BYTES * order.indexOf(i), workspace),
    );
    this.sizes = this.weights.map(({ size }) => size);
    this.keepsAverages = this.weights.some(({ hasAverage }) => hasAverage);
    // A block starts out moved out, and as zeros if nothing is saved.
    block.saved = initialBytes(bytes, slots.flat());
    freeWithOwner(this, block);
  }

  /**
   * Writes where everything is into the table of weights: before a step whenever an address may have changed. The block
   * must be in.
   */
  locate(weights: readonly Place[], gradients: readonly Place[]): void {
    const { words } = memory();
    this.weights.forEach((weight, i) => {
      const remembered = weight.slots.slice(0, ROW_SLOTS).map((_, slot) => weight.at(slot));
      words.set([weights[i].address, gradients[i].address, weight.size, ...remembered], weight.row >>> 2);
    });
  }

  /** Copies weights to the slots that start as their weight. The block must be in. */
  adoptWeights(k: Kernels, weights: readonly Place[]): void {
    for (let i = 0; i < weights.length; i++) {
      const { slots, size } = this.weights[i];
      for (let j = 0; j < slots.length; j++) {
        if (slots[j].initialValue === "weight") k.copy(this.weights[i].at(j), weights[i].address, size);
      }
    }
  }

  /**
   * Takes the weights as they are, and lets their averages begin with them. Both are the same then, so which of them the
   * model holds stays as it is: weights that are set once more before the next step begin averages in turn. The block
   * must be in.
   */
  restartAverages(k: Kernels, weights: readonly Place[]): void {
    for (let i = 0; i < weights.length; i++) {
      const slots = this.weights[i];
      if (slots.hasAverage) k.copy(slots.average, weights[i].address, slots.size);
    }
  }

  /** Copies of everything remembered, in the order of the weights. */
  read(): SavedSlot[] {
    return this.weights.flatMap(({ slots }, weight) =>
      slots.map((slot) => ({
        name: slot.name,
        weight,
        shape: slot.shape,
        values: this.values(slot).slice(),
      })),
    );
  }

  /** @throws LanegradError SHAPE_MISMATCH if the weights are not those it was made for */
  checkSizes(sizes: readonly number[]): void {
    const fits = sizes.length === this.sizes.length && sizes.every((size, i) => size === this.sizes[i]);
    if (fits) return;
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `an optimizer remembers its weights by position and size, here [${this.sizes.join(", ")}]. Received: sizes [${sizes.join(", ")}]`,
    );
  }

  /** A view of a slot wherever the block is, valid until something moves. */
  values({ offset, size }: PlacedSlot): Float32Array {
    const { block } = this;
    if (block.pointer !== 0)
      return memory()
        .floats.subarray((block.pointer + offset) >>> 2)
        .subarray(0, size);
    block.saved ??= new Uint8Array(block.byteLength);
    return new Float32Array(block.saved.buffer, block.saved.byteOffset + offset, size);
  }
}

/** The bytes of slots that do not all start at 0; null for zeros. */
function initialBytes(byteLength: number, slots: readonly PlacedSlot[]): Uint8Array | null {
  const isFilled = ({ initialValue }: Slot): boolean =>
    typeof initialValue === "number" && initialValue !== 0;
  const filled = slots.filter(isFilled);
  if (filled.length === 0) return null;
  const floats = newFloats(byteLength / 4);
  for (const { initialValue, offset, size } of filled) {
    floats.fill(initialValue as number, offset / 4, offset / 4 + size);
  }
  return new Uint8Array(floats.buffer);
}
