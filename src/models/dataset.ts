import { align } from "../runtime/allocator.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { Block } from "../runtime/memory.js";
import { deriveKey, keyOfSeed, Purpose } from "../runtime/random.js";
import { kernels, memory } from "../runtime/runtime.js";
import type { Slot } from "../graph/slot.js";
import type { Rows } from "./rows.js";

/** Undefined for the weights at an output where all rows count the same. */
type Parts = readonly (Rows | undefined)[];

/** Rows of inputs, labels and weights, copied once into linear memory, and the order to take them in. */
export class Dataset {
  readonly count: number;
  /** Where everything lies; it can move out between steps like any other block. */
  readonly block: Block;
  readonly #rowSizes: readonly number[];
  /** Which part's memory each part has: labels that are the inputs themselves are copied once. */
  readonly #sharedWith: readonly number[];
  /** Bytes from the start of the block to each part. The order comes first. */
  readonly #offsets: number[] = [];

  /**
   * @param parts inputs, labels, then the weights at each labelled output
   * @param start the first row to take
   * @param count how many to take
   */
  constructor(parts: Parts, start: number, count: number) {
    this.count = count;
    this.#rowSizes = parts.map(sizeOfRow);
    this.#sharedWith = sharing(parts);
    let bytes = align(4 * count);
    this.#rowSizes.forEach((rowSize, i) => {
      const first = this.#sharedWith[i];
      this.#offsets.push(first === i ? bytes : this.#offsets[first]);
      if (first === i) bytes += align(4 * count * rowSize);
    });
    this.block = new Block(bytes);
    memory().moveIn(this.block, true);
    try {
      this.load(parts, start);
      this.keepOrder();
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Values in each row of a part; 0 for weights that are not there. */
  rowSize(part: number): number {
    return this.#rowSizes[part];
  }

  /** Whether rows of these sizes can take the place of those that are here. */
  fits(parts: Parts, count: number): boolean {
    const shared = sharing(parts);
    return (
      count === this.count &&
      parts.length === this.#rowSizes.length &&
      parts.every((part, i) => sizeOfRow(part) === this.#rowSizes[i] && shared[i] === this.#sharedWith[i])
    );
  }

  /** Copies rows from row `start` on, in place of those that are here. */
  load(parts: Parts, start: number): void {
    const shared = memory();
    shared.moveIn(this.block);
    parts.forEach((part, i) => {
      if (this.#sharedWith[i] === i) part?.copyTo(shared.floats, this.address(i) >>> 2, start, this.count);
    });
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

  /** A view on a part as it lies in linear memory, valid until the next call of anything. */
  view(part: number): Float32Array {
    memory().moveIn(this.block);
    const start = this.address(part) >>> 2;
    return memory().floats.subarray(start, start + this.count * this.#rowSizes[part]);
  }

  /** The address of a part's first row. The block must be in. */
  address(part: number): number {
    return this.block.pointer + this.#offsets[part];
  }

  /** Copies the rows at places `start` and on of the order to a slot of a plan. The block must be in. */
  gather(k: Kernels, part: number, slot: Slot, start: number, rows: number): void {
    const order = this.block.pointer + 4 * start;
    k.gatherRows(this.address(part), order, slot.value, rows, this.#rowSizes[part]);
  }

  release(): void {
    memory().release(this.block);
  }
}

function sizeOfRow(rows: Rows | undefined): number {
  return rows?.rowSize ?? 0;
}

/** For each part the first one that is made of the same data. */
function sharing(parts: Parts): number[] {
  return parts.map((part, i) => {
    const first = parts.findIndex(
      (other) => other?.source === part?.source && sizeOfRow(other) === sizeOfRow(part),
    );
    return first < 0 ? i : first;
  });
}
