import type { Block, Memory } from "../runtime/memory.js";
import { deriveKey, keyOfSeed, Purpose } from "../runtime/random.js";
import { kernels, memory } from "../runtime/runtime.js";
import type { Layer } from "../layers/layer.js";
import { align } from "../runtime/allocator.js";
import { layOut } from "./layout.js";
import { StepContext } from "./operation.js";
import type { PlanBuilder, PlanPurpose, Step } from "./planBuilder.js";
import type { Pointer, Range, Slot } from "./slot.js";
import type { Weight } from "./weight.js";

/**
 * A network ready to run: kernel calls in order, and where in scratch memory each tensor lies. Made once
 * for each purpose; serves every batch up to the largest it has seen.
 */
export class Plan {
  readonly purpose: PlanPurpose;
  readonly context = new StepContext();
  /** Where the gradient of each trained weight lands. */
  readonly weightGradients: ReadonlyMap<Weight, Pointer>;

  readonly #builder: PlanBuilder;
  readonly #layers: readonly Layer[];
  readonly #forward: Step[];
  readonly #backward: Step[];
  readonly #ranges: Range[];
  #capacity = 0;
  #scratchBytes = 0;
  #boundEpoch = 0;
  #boundWith: readonly Block[] | undefined;
  #maskSeed: number | undefined;
  /** Operations that have run forward in this step. */
  #ran = 0;

  /** @param layers those whose weights it needs, models opened */
  constructor(builder: PlanBuilder, layers: Iterable<Layer>) {
    this.#builder = builder;
    this.#layers = [...layers];
    this.purpose = builder.purpose;
    const { forward, backward, ranges } = builder.finish();
    this.weightGradients = builder.weightGradients;
    this.#forward = forward;
    this.#backward = backward;
    this.#ranges = ranges;
  }

  /**
   * Gets ready for a batch: memory for that many rows, every block in, every address true, the kernels in `context`.
   *
   * @param others blocks that must be in as well; the same array while they are the same
   * @returns whether addresses may have changed since it was called with these blocks before
   * @throws LanegradError OUT_OF_MEMORY; a smaller batch still works then
   */
  prepare(rows: number, others: readonly Block[]): boolean {
    this.context.rows = rows;
    const shared = memory();
    if (rows > this.#capacity) this.#reserve(rows);
    if (this.#boundEpoch === shared.epoch && this.#boundWith === others) return false;
    try {
      this.#bind(shared, others);
    } catch (error) {
      this.#capacity = 0;
      throw error;
    }
    this.#boundWith = others;
    return true;
  }

  /** What each layer computes, in order: true between `forward` and `backward`. */
  get outputsOf(): readonly { readonly layer: Layer; readonly slot: Slot }[] {
    return this.#builder.outputsOf;
  }

  /** Sets the seed of dropout masks. */
  seedMasks(seed: number): void {
    if (this.#maskSeed === seed) return;
    this.#maskSeed = seed;
    const root = keyOfSeed(seed);
    for (const { key, layer, use, seed: own } of this.#builder.masks) {
      const layerKey = own === undefined ? deriveKey(root, Purpose.mask, layer) : keyOfSeed(own);
      [key.key0, key.key1] = deriveKey(layerKey, Purpose.mask, use);
    }
  }

  forward(): void {
    for (this.#ran = 0; this.#ran < this.#forward.length; this.#ran++) {
      const step = this.#forward[this.#ran];
      step.operation.forward(this.context);
      if (step.accumulations.length > 0) this.#accumulate(step);
    }
  }

  /**
   * Takes back what `forward` changed that outlives the step. Returns false, and changes nothing, if memory has moved since:
   * a part of the user's own must not do that.
   */
  undo(): boolean {
    if (this.#boundEpoch !== memory().epoch) return false;
    while (this.#ran > 0) this.#forward[--this.#ran].operation.undo?.(this.context);
    return true;
  }

  /** Runs backward; the gradients of the outputs must be in place. */
  backward(): void {
    const { penaltyGradients } = this.#builder;
    for (let i = 0; i < penaltyGradients.length; i++) {
      const { pointer, floats } = penaltyGradients[i];
      this.context.kernels.fill(pointer.address, floats, 0);
    }
    for (let i = 0; i < this.#backward.length; i++) {
      const step = this.#backward[i];
      step.operation.backward?.(this.context);
      if (step.accumulations.length > 0) this.#accumulate(step);
    }
  }

  /** The first layer whose output holds a NaN, right after `forward`; undefined if none does. */
  firstLayerWithNaN(): Layer | undefined {
    for (const { layer, slot } of this.outputsOf) {
      const count = this.context.rows * slot.rowSize;
      if (kernels().firstNaN(slot.value, count) >= 0) return layer;
    }
    return undefined;
  }

  #accumulate({ accumulations }: Step): void {
    for (let i = 0; i < accumulations.length; i++) {
      const { target, source, floats, isPerRow } = accumulations[i];
      const count = isPerRow ? floats * this.context.rows : floats;
      this.context.kernels.addInPlace(target.address, source.address, count);
    }
  }

  #reserve(rows: number): void {
    this.#capacity = rows;
    this.#scratchBytes = layOut(this.#ranges, rows);
    this.#boundEpoch = 0;
  }

  #bind(shared: Memory, others: readonly Block[]): void {
    // Another build of the kernels is a new epoch of memory too.
    const k = kernels();
    this.context.kernels = k;
    const workspaceBytes = align(k.workspaceBytes());
    const blocks = this.#layers.flatMap((layer) => layer.blocks(this.#capacity)).concat(others);
    const scratch = shared.moveInTogether(blocks, workspaceBytes + this.#scratchBytes);
    this.context.workspace = scratch;
    for (const { pointer, range } of this.#builder.bindings) {
      pointer.address = scratch + workspaceBytes + range.offset;
    }
    for (const layer of this.#layers) layer.bindWeights();
    this.#boundEpoch = shared.epoch;
  }
}
