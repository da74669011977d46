import { LanegradError } from "../errors.js";
import { align } from "../runtime/allocator.js";
import { Block } from "../runtime/memory.js";
import { freeWithOwner } from "../runtime/runtime.js";
import type { Optimizer } from "./optimizer.js";

/** What an optimizer remembers about a list of weights: its arrays for each, and the steps taken. */
export class OptimizerState {
  readonly sizes: readonly number[];
  /** Steps taken so far. */
  step = 0;
  /** Null if the optimizer remembers nothing. */
  readonly block: Block | null;
  readonly #offsets: number[] = [];

  constructor(optimizer: Optimizer, sizes: readonly number[]) {
    this.sizes = sizes;
    let bytes = 0;
    for (const size of sizes) {
      this.#offsets.push(bytes);
      bytes += optimizer.slots * align(4 * size);
    }
    this.block = bytes === 0 ? null : new Block(bytes);
    if (this.block === null) return;
    // A block starts out moved out, and as zeros if nothing is saved.
    if (optimizer.initialValue !== 0) this.block.saved = filled(bytes, optimizer.initialValue);
    freeWithOwner(this, this.block);
  }

  /** The address of the first array of a weight. The block must be in. */
  address(index: number): number {
    return this.block === null ? 0 : this.block.pointer + this.#offsets[index];
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
}

/** Bytes that are float32 numbers, all the same. */
function filled(byteLength: number, value: number): Uint8Array {
  return new Uint8Array(new Float32Array(byteLength / 4).fill(value).buffer);
}
