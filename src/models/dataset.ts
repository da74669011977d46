import { align } from "../runtime/allocator.js";
import type { Kernels } from "../runtime/kernels.js";
import { Block } from "../runtime/memory.js";
import { deriveKey, keyOfSeed, Purpose } from "../runtime/random.js";
import { kernels, memory } from "../runtime/runtime.js";
import type { Slot } from "../graph/slot.js";
import type { Rows } from "./rows.js";

/** Rows of inputs, labels and weights, copied once into linear memory, and the order to take them in. */
export class Dataset {
  readonly count: number;
  /** Where everything lies; it can move out between steps like any other block. */
  readonly block: Block;
  readonly isWeighted: boolean;
  /** Bytes from the start of the block to each column of rows. */
  readonly #offsets: number[] = [];
  readonly #orderOffset: number;

  /**
   * @param parts inputs, then labels
   * @param weights a weight for each row
   * @param start the first row to take
   * @param count how many to take
   */
  constructor(parts: readonly Rows[], weights: Float32Array | undefined, start: number, count: number) {
    this.count = count;
    this.isWeighted = weights !== undefined;
    let bytes = align(4 * count);
    this.#orderOffset = 0;
    for (const { rowSize } of [...parts, { rowSize: 1 }]) {
      this.#offsets.push(bytes);
      bytes += align(4 * count * rowSize);
    }
    this.block = new Block(bytes);
    const shared = memory();
    shared.moveIn(this.block);
    try {
      parts.forEach((rows, i) =>
        rows.copyTo(shared.floats, (this.block.pointer + this.#offsets[i]) >>> 2, start, count),
      );
      if (weights !== undefined) {
        const offset = this.#offsets[parts.length];
        shared.floats.set(weights.subarray(start, start + count), (this.block.pointer + offset) >>> 2);
      }
      this.keepOrder();
    } catch (error) {
      shared.release(this.block);
      throw error;
    }
  }

  /** The rows one after another. */
  keepOrder(): void {
    memory().moveIn(this.block);
    const { words } = memory();
    const start = (this.block.pointer + this.#orderOffset) >>> 2;
    for (let i = 0; i < this.count; i++) words[start + i] = i;
  }

  /** The random order of an epoch, a function of the seed and the epoch alone. */
  shuffle(seed: number, epoch: number): void {
    const [key0, key1] = deriveKey(keyOfSeed(seed), Purpose.order, epoch);
    memory().moveIn(this.block);
    kernels().shuffle(this.block.pointer + this.#orderOffset, this.count, key0, key1);
  }

  /** The address of a part's first row. The block must be in. */
  address(part: number): number {
    return this.block.pointer + this.#offsets[part];
  }

  /** Copies the rows at places `start` and on of the order to a slot of a plan. The block must be in. */
  gather(k: Kernels, part: number, slot: Slot, start: number, rows: number): void {
    const order = this.block.pointer + this.#orderOffset + 4 * start;
    k.gatherRows(this.address(part), order, slot.value, rows, slot.rowSize);
  }

  release(): void {
    memory().release(this.block);
  }
}
