// The steps of a sequence that a mask leaves out, as a recurrent layer sees them.
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Pointer, Slot } from "../graph/slot.js";
import { recurrenceKernels } from "../runtime/kernels/recurrence.js";

const FLOAT_BYTES = 4;

/** A mask in the order in which the steps are taken, and memory for the gradients that pass them by. */
export class StepMask {
  /** [rows, units], the part of the gradient of a state that the step gets. */
  readonly active: Pointer;
  /** [rows, units], the part that goes on to the state before as it is. */
  readonly carried: Pointer;
  /** [steps, rows]. */
  readonly #counts: Pointer;
  /** [steps, rows], of the steps up to which none counts: their output is 0. Where states begin with 0, so is theirs. */
  readonly #started: Pointer | undefined;
  readonly #mask: Slot;
  readonly #zeroOutput: boolean;

  /**
   * @param zeroOutput whether steps that do not count put out zeros
   * @param startsFromZeros whether the first state is 0
   */
  constructor(plan: PlanBuilder, mask: Slot, units: number, zeroOutput: boolean, startsFromZeros: boolean) {
    this.#mask = mask;
    this.#zeroOutput = zeroOutput;
    this.#counts = plan.temporary(mask.rowSize, true);
    this.#started = zeroOutput || startsFromZeros ? undefined : plan.temporary(mask.rowSize, true);
    this.active = plan.temporary(units, true);
    this.carried = plan.temporary(units, true);
  }

  /** Gets ready for a batch. */
  begin(rows: number, goesBackwards: boolean): void {
    const steps = this.#mask.rowSize;
    const counts = this.#counts.address;
    const { toSteps, startedSteps } = recurrenceKernels();
    toSteps(this.#mask.value, 0, counts, rows, steps, 1, Number(goesBackwards));
    if (this.#started !== undefined) startedSteps(counts, this.#started.address, rows, steps);
  }

  /** The rows that count in step t. */
  countsAt(t: number, rows: number): number {
    return this.#counts.address + FLOAT_BYTES * t * rows;
  }

  /** The rows whose output in step t is the state; 0 if it is in all. */
  shownAt(t: number, rows: number): number {
    if (this.#zeroOutput) return this.countsAt(t, rows);
    return this.#started === undefined ? 0 : this.#started.address + FLOAT_BYTES * t * rows;
  }
}
