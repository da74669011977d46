import { align } from "../runtime/allocator.js";
import type { Kernels } from "../runtime/kernels/index.js";
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
  readonly #rowSizes: readonly number[];
  /** Bytes from the start of the block to each part, and to the weights. The order comes first. */
  readonly #offsets: number[] = [];
  #isWeighted = false;

  /**
   * @param parts inputs, then labels
   * @param weights a weight for each row
   * @param start the first row to take
   * @param count how many to take
   */
  constructor(parts: readonly Rows[], weights: Float32Array | undefined, start: number, count: number) {
    this.count = count;
    this.#rowSizes = parts.map(({ rowSize }) => rowSize);
    let bytes = align(4 * count);
    for (const rowSize of [...this.#rowSizes, 1]) {
      this.#offsets.push(bytes);
      bytes += align(4 * count * rowSize);
    }
    this.block = new Block(bytes);
    memory().moveIn(this.block);
    try {
      this.load(parts, weights, start);
      this.keepOrder();
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Whether the rows have weights. */
  get isWeighted(): boolean {
    return this.#isWeighted;
  }

  /** Whether rows of these sizes can take the place of those that are here. */
  fits(parts: readonly Rows[], count: number): boolean {
    return count === this.count && parts.every(({ rowSize }, i) => rowSize === this.#rowSizes[i]);
  }

  /** Copies rows from row `start` on, in place of those that are here. */
  load(parts: readonly Rows[], weights: Float32Array | undefined, start: number): void {
    const shared = memory();
    shared.moveIn(this.block);
    for (let i = 0; i < parts.length; i++)
      parts[i].copyTo(shared.floats, this.address(i) >>> 2, start, this.count);
    this.#isWeighted = weights !== undefined;
    if (weights === undefined) return;
    shared.floats.set(weights.subarray(start, start + this.count), this.address(parts.length) >>> 2);
  }

  /** The rows one after another. */
  keepOrder(): void {
    memory().moveIn(this.block);
    const { words } = memory();
    const start = this.block.pointer >>> 2;
    for (let i = 0; i < this.count; i++) words[start + i] = i;
  }

  /** The random order of an epoch, a function of the seed and the epoch alone. */
  shuffle(seed: number, epoch: number): void {
    const [key0, key1] = deriveKey(keyOfSeed(seed), Purpose.order, epoch);
    memory().moveIn(this.block);
    kernels().shuffle(this.block.pointer, this.count, key0, key1);
  }

  /** The address of a part's first row. The block must be in. */
  address(part: number): number {
    return this.block.pointer + this.#offsets[part];
  }

  /** Copies the rows at places `start` and on of the order to a slot of a plan. The block must be in. */
  gather(k: Kernels, part: number, slot: Slot, start: number, rows: number): void {
    const order = this.block.pointer + 4 * start;
    k.gatherRows(this.address(part), order, slot.value, rows, slot.rowSize);
  }

  release(): void {
    memory().release(this.block);
  }
}
