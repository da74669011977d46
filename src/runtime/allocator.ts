/** Every block starts at a multiple of this: a cache line, and room for four vectors. */
export const ALIGNMENT_BYTES = 64;

/** A byte count rounded up to whole cache lines. */
export function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}

/**
 * First fit over the free ranges of an address space that can only grow. Keeps nothing about what is
 * allocated: who frees a range says where it starts and how long it is.
 */
export class Allocator {
  /** Free ranges by rising address; no two touch. */
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];

  /** @returns the address, or 0 if no free range is long enough */
  allocate(bytes: number): number {
    const length = align(bytes);
    for (let i = 0; i < this.#starts.length; i++) {
      if (this.#lengths[i] < length) continue;
      const start = this.#starts[i];
      this.#starts[i] += length;
      this.#lengths[i] -= length;
      if (this.#lengths[i] === 0) this.#remove(i);
      return start;
    }
    return 0;
  }

  /** Gives a range back, or adds new memory at the end. Neighbouring free ranges become one. */
  free(start: number, bytes: number): void {
    const length = align(bytes);
    const after = this.#firstAfter(start);
    const joinsBefore = after > 0 && this.#starts[after - 1] + this.#lengths[after - 1] === start;
    const joinsAfter = after < this.#starts.length && start + length === this.#starts[after];
    if (joinsBefore) {
      this.#lengths[after - 1] += length + (joinsAfter ? this.#lengths[after] : 0);
      if (joinsAfter) this.#remove(after);
    } else if (joinsAfter) {
      this.#starts[after] = start;
      this.#lengths[after] += length;
    } else {
      this.#starts.splice(after, 0, start);
      this.#lengths.splice(after, 0, length);
    }
  }

  /** The number of free bytes. */
  get freeBytes(): number {
    let total = 0;
    for (const length of this.#lengths) total += length;
    return total;
  }

  #firstAfter(start: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle] < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #remove(index: number): void {
    this.#starts.splice(index, 1);
    this.#lengths.splice(index, 1);
  }
}
