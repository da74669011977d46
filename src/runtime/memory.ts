import { LanegradError } from "../errors.js";
import { align, Allocator } from "./allocator.js";

const PAGE_BYTES = 65536;

/** The first kilobyte is never allocated, so that address 0 can mean "none"; see MAILBOX, and FIXED_TABLE of mathTable.ts. */
const RESERVED_BYTES = 1024;

/** Where a kernel leaves a result of a few bytes that does not fit its return value. */
export const MAILBOX = 64;

/** Products may read up to this far past their inputs (they never use what they read there). */
const SLACK_BYTES = 64;

const INITIAL_PAGES = 16;

/** Memory grows by at least this share of its size, so that growing stays rare. */
const GROWTH = 0.25;

/**
 * Blocks that nobody is using may make linear memory grow to this share of the budget. The rest of the
 * budget is for arrays that were moved out and that the collector has not reached: with 10,000 models made
 * and dropped in one loop these and what the process holds besides come to some 200 MB on Node 20, 240 MB
 * on Node 24.
 */
const IDLE_SHARE = 0.375;

/**
 * What a FinalizationRegistry may hold on to: it leads to a block while that is in, and to nothing while
 * it is out. (The registry keeps what it holds until a task of the event loop runs, which in a synchronous
 * loop is never; arrays must not wait for that.)
 */
export class Ticket {
  block: Block | null = null;
}

/**
 * A piece of linear memory that can be moved out to an ordinary array and in again. While it is moved
 * out, nothing but its owner refers to it.
 */
export class Block {
  /** The address of its first byte; 0 while it is moved out. */
  pointer = 0;
  readonly byteLength: number;
  /** Scratch memory: its content is not kept when it moves out. */
  readonly discardable: boolean;
  /** Blocks in use by the call under way are not moved out. */
  pinned = false;
  readonly ticket = new Ticket();
  /** The content while moved out; null if it is discardable or has never been in: zeros then. */
  saved: Uint8Array | null = null;

  constructor(byteLength: number, discardable = false) {
    this.byteLength = byteLength;
    this.discardable = discardable;
  }
}

/** @throws LanegradError OUT_OF_MEMORY where the engine refuses even the first pages */
function firstMemory(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: INITIAL_PAGES });
  } catch (cause) {
    throw new LanegradError(
      "OUT_OF_MEMORY",
      `linear memory needs ${INITIAL_PAGES * PAGE_BYTES} bytes, and the engine refused. Give the process more memory, or close other pages and workers. Received: ${String(cause)}`,
    );
  }
}

/**
 * Linear memory as a cache of blocks. Before it grows past the budget, the blocks used least recently
 * and not in use are moved out.
 */
export class Memory {
  /** @internal */
  readonly wasm = firstMemory();
  budgetBytes: number;
  /** Grows by one whenever an address or a view may have become stale. */
  epoch = 1;
  floats!: Float32Array;
  words!: Uint32Array;
  bytes!: Uint8Array;
  doubles!: Float64Array;

  readonly #allocator = new Allocator();
  /** The blocks that are in, those used least recently first. */
  readonly #used = new Set<Block>();
  #scratch: Block | null = null;

  constructor(budgetBytes: number) {
    this.budgetBytes = budgetBytes;
    this.#allocator.free(RESERVED_BYTES, this.wasm.buffer.byteLength - RESERVED_BYTES - SLACK_BYTES);
    this.#refreshViews();
  }

  /** The size of linear memory. */
  get byteLength(): number {
    return this.wasm.buffer.byteLength;
  }

  /** The part of it that holds blocks. */
  get usedBytes(): number {
    return this.byteLength - RESERVED_BYTES - SLACK_BYTES - this.#allocator.freeBytes;
  }

  /**
   * Makes sure that a block is in, and marks it as used just now.
   *
   * @param isOverwritten whether the caller writes all that it will read, so that a new block need not be zeros
   */
  moveIn(block: Block, isOverwritten = false): void {
    if (block.pointer !== 0) {
      this.#used.delete(block);
      this.#used.add(block);
      return;
    }
    block.pointer = this.#place(block.byteLength);
    block.ticket.block = block;
    this.#used.add(block);
    this.epoch++;
    if (block.discardable) return;
    if (block.saved !== null) this.bytes.set(block.saved, block.pointer);
    else if (!isOverwritten) this.bytes.fill(0, block.pointer, block.pointer + block.byteLength);
    block.saved = null;
  }

  /** Moves a block out to an array of its own. */
  moveOut(block: Block): void {
    if (block.pointer === 0) return;
    if (!block.discardable) block.saved = this.bytes.slice(block.pointer, block.pointer + block.byteLength);
    this.#drop(block);
  }

  /** Forgets a block and its content. */
  release(block: Block): void {
    block.saved = null;
    if (block.pointer !== 0) this.#drop(block);
  }

  /** Moves several blocks in, none of them at the expense of another, with scratch memory beside them. */
  moveInTogether(blocks: readonly Block[], scratchBytes: number): number {
    for (const block of blocks) block.pinned = true;
    try {
      for (const block of blocks) this.moveIn(block);
      return this.scratch(scratchBytes);
    } finally {
      for (const block of blocks) block.pinned = false;
    }
  }

  /**
   * The address of scratch memory, shared by everything that runs: its content lasts until the next
   * call that asks for it.
   */
  scratch(byteLength: number): number {
    if (this.#scratch === null || this.#scratch.byteLength < byteLength) {
      if (this.#scratch !== null) this.release(this.#scratch);
      this.#scratch = null;
      const block = new Block(align(Math.max(byteLength, 1)), true);
      this.moveIn(block);
      this.#scratch = block;
    }
    this.moveIn(this.#scratch);
    return this.#scratch.pointer;
  }

  #place(byteLength: number): number {
    let pointer = this.#allocator.allocate(byteLength);
    const idleBytes = this.budgetBytes * IDLE_SHARE;
    if (pointer === 0 && this.byteLength + byteLength <= idleBytes && this.#grow(byteLength)) {
      pointer = this.#allocator.allocate(byteLength);
    }
    while (pointer === 0) {
      const block = this.#oldestUnpinned();
      if (block === undefined) return this.#growOrThrow(byteLength);
      this.moveOut(block);
      pointer = this.#allocator.allocate(byteLength);
    }
    return pointer;
  }

  #oldestUnpinned(): Block | undefined {
    for (const block of this.#used) if (!block.pinned) return block;
    return undefined;
  }

  /** Grows by a share of what there is, or where the engine refuses that, by as much as is needed. */
  #grow(byteLength: number): boolean {
    const room = Math.max(0, this.budgetBytes * IDLE_SHARE - this.byteLength);
    const needed = align(byteLength);
    const wanted = Math.max(needed, Math.min(room, this.byteLength * GROWTH));
    return this.#growBy(wanted) || (wanted > needed && this.#growBy(needed));
  }

  #growOrThrow(byteLength: number): number {
    if (this.#grow(byteLength)) return this.#allocator.allocate(byteLength);
    throw new LanegradError(
      "OUT_OF_MEMORY",
      `linear memory must grow by ${byteLength} bytes, and the engine refused. Use smaller batches, hand data over batch by batch, or lower configure({ memoryBudget }). Received: memoryBytes=${this.byteLength}`,
    );
  }

  #growBy(byteLength: number): boolean {
    const before = this.byteLength;
    try {
      this.wasm.grow(Math.ceil(byteLength / PAGE_BYTES));
    } catch {
      return false;
    }
    this.#allocator.free(before - SLACK_BYTES, this.byteLength - before);
    this.#refreshViews();
    return true;
  }

  #refreshViews(): void {
    this.floats = new Float32Array(this.wasm.buffer);
    this.words = new Uint32Array(this.wasm.buffer);
    this.bytes = new Uint8Array(this.wasm.buffer);
    this.doubles = new Float64Array(this.wasm.buffer);
    this.epoch++;
  }

  #drop(block: Block): void {
    this.#allocator.free(block.pointer, block.byteLength);
    this.#used.delete(block);
    block.pointer = 0;
    block.ticket.block = null;
    this.epoch++;
  }
}

/**
 * An array outside linear memory.
 *
 * @throws LanegradError OUT_OF_MEMORY where the engine has no array of that length
 */
export function newFloats(length: number): Float32Array<ArrayBuffer> {
  try {
    return new Float32Array(length);
  } catch {
    throw new LanegradError(
      "OUT_OF_MEMORY",
      `an array must hold so many numbers, and the engine refused. Received: ${length} numbers`,
    );
  }
}
