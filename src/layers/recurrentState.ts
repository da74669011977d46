// The state that a stateful layer keeps from batch to batch.
import { LanegradError } from "../errors.js";
import { Block } from "../runtime/memory.js";
import { freeWithOwner, memory } from "../runtime/runtime.js";
import type { Layer } from "./layer.js";

const FLOAT_BYTES = 4;

/**
 * Checks that a layer, if it is stateful, can go on from batch to batch.
 *
 * @param trained the numbers of rows of batches of training
 * @param validated those of batches of validation
 * @throws LanegradError SHAPE_MISMATCH if they are not all the same
 */
export function checkSameRows(
  { name, stateful }: Layer,
  trained: readonly number[],
  validated: readonly number[],
): void {
  if (!stateful || new Set([...trained, ...validated]).size < 2) return;
  const received = [
    ...trained.map((rows) => `${rows} in training`),
    ...validated.map((rows) => `${rows} in validation`),
  ];
  throw new LanegradError(
    "SHAPE_MISMATCH",
    `${name} is stateful, so every batch must have the same number of rows: batchSize and validationBatchSize must be equal and divide the number of rows. Received: batches of ${received.join(", ")}`,
  );
}

/** Tensors [rows, units] that outlive the plan that wrote them: one for all plans with the layer. */
export class RecurrentState {
  #block: Block | undefined;
  /** Rows that the block has room for. */
  #capacity = 0;
  /** Rows of every batch; 0 before the first one. */
  #rows = 0;

  /** @param count of the tensors */
  constructor(
    readonly count: number,
    readonly units: number,
  ) {}

  /** The block, with room for so many rows unless it is in use. */
  block(rows: number): Block {
    if (this.#block === undefined || (this.#rows === 0 && this.#capacity < rows)) {
      this.forget();
      // Another block only where it must grow: engines remember each until its owner is collected.
      this.#block = new Block(FLOAT_BYTES * rows * this.count * this.units);
      this.#capacity = rows;
      freeWithOwner(this, this.#block);
    }
    return this.#block;
  }

  /**
   * Gets ready for a batch; the block is in.
   *
   * @param layer what the layer is called in messages
   * @param advances whether the batch will leave a state
   * @returns how many rows the batches before had, for `rewind`
   * @throws LanegradError SHAPE_MISMATCH if the batch has not as many rows as those before it
   */
  begin(layer: string, rows: number, advances: boolean): number {
    const before = this.#rows;
    if (this.#rows !== 0 && rows !== this.#rows) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${layer} is stateful: each row goes on where the same row of the batch before stopped, so every batch must have ${this.#rows} rows. Choose a batchSize that divides the number of rows, or call resetStates() first. Received: a batch of ${rows}`,
      );
    }
    if (advances) this.#rows = rows;
    return before;
  }

  /** Takes a batch back: 0 rows if it was the first one. */
  rewind(rows: number): void {
    this.#rows = rows;
  }

  /** The address of a tensor. */
  address(index: number): number {
    return (this.#block as Block).pointer + FLOAT_BYTES * index * this.#capacity * this.units;
  }

  /** Begins with zeros again, for batches of any size. */
  forget(): void {
    if (this.#block !== undefined) memory().release(this.#block);
    this.#rows = 0;
  }

  moveOut(): void {
    if (this.#block !== undefined) memory().moveOut(this.#block);
  }
}
