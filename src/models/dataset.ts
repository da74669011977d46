import { align } from "../runtime/allocator.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { Block } from "../runtime/memory.js";
import { deriveKey, keyOfSeed, Purpose } from "../runtime/random.js";
import { kernels, memory } from "../runtime/runtime.js";
import type { Slot } from "../graph/slot.js";
import type { Rows } from "./rows.js";

/** A factor for each row at each output that has labels; undefined where all rows count the same. */
export type OutputWeights = readonly (Float32Array | undefined)[];

/** Rows of inputs, labels and weights, copied once into linear memory, and the order to take them in. */
export class Dataset {
  readonly count: number;
  /** Where everything lies; it can move out between steps like any other block. */
  readonly block: Block;
  readonly #rowSizes: readonly number[];
  /** Which part's memory each part has: labels that are the inputs themselves are copied once. */
  readonly #sharedWith: readonly number[];
  /** Bytes from the start of the block to each part, then to the weights at each output. The order comes first. */
  readonly #offsets: number[] = [];
  readonly #isWeighted: boolean[];

  /**
   * @param parts inputs, then labels
   * @param weights of the rows, for each labelled output
   * @param start the first row to take
   * @param count how many to take
   */
  constructor(parts: readonly Rows[], weights: OutputWeights, start: number, count: number) {
    this.count = count;
    this.#rowSizes = parts.map(({ rowSize }) => rowSize);
    this.#sharedWith = sharing(parts);
    this.#isWeighted = weights.map(() => false);
    let bytes = align(4 * count);
    const reserve = (rowSize: number): void => {
      this.#offsets.push(bytes);
      bytes += align(4 * count * rowSize);
    };
    this.#rowSizes.forEach((rowSize, i) => {
      if (this.#sharedWith[i] === i) reserve(rowSize);
      else this.#offsets.push(this.#offsets[this.#sharedWith[i]]);
    });
    for (let i = 0; i < weights.length; i++) reserve(1);
    this.block = new Block(bytes);
    memory().moveIn(this.block, true);
    try {
      this.load(parts, weights, start);
      this.keepOrder();
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Whether the rows have weights at a labelled output. */
  isWeighted(output: number): boolean {
    return this.#isWeighted[output];
  }

  /** Whether rows of these sizes can take the place of those that are here. */
  fits(parts: readonly Rows[], count: number): boolean {
    const shared = sharing(parts);
    return (
      count === this.count &&
      parts.length === this.#rowSizes.length &&
      parts.every(({ rowSize }, i) => rowSize === this.#rowSizes[i] && shared[i] === this.#sharedWith[i])
    );
  }

  /** Copies rows from row `start` on, in place of those that are here. */
  load(parts: readonly Rows[], weights: OutputWeights, start: number): void {
    const shared = memory();
    shared.moveIn(this.block);
    parts.forEach((part, i) => {
      if (this.#sharedWith[i] === i) part.copyTo(shared.floats, this.address(i) >>> 2, start, this.count);
    });
    weights.forEach((values, i) => {
      this.#isWeighted[i] = values !== undefined;
      if (values === undefined) return;
      shared.floats.set(values.subarray(start, start + this.count), this.address(parts.length + i) >>> 2);
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
    k.gatherRows(this.address(part), order, slot.value, rows, slot.rowSize);
  }

  release(): void {
    memory().release(this.block);
  }
}

/** For each part the first one that is made of the same data. */
function sharing(parts: readonly Rows[]): number[] {
  return parts.map((part, i) => {
    const first = parts.findIndex((other) => other.source === part.source && other.rowSize === part.rowSize);
    return first < 0 ? i : first;
  });
}
