import type { Mask } from "../layers/mask.js";
import { rowSize } from "./symbolic.js";
import type { Shape } from "./symbolic.js";

/**
 * A range of scratch memory that a plan needs for part of a step. `first` and `last` say for which part:
 * positions in the plan's sequence of operations, both included.
 */
export class Range {
  /** Floats for each row of the batch, or in all if `isPerRow` is false. */
  readonly floats: number;
  readonly isPerRow: boolean;
  first: number;
  last: number;
  /** Bytes from the start of scratch memory, set by the layout. */
  offset = 0;

  constructor(floats: number, isPerRow: boolean, first = 0, last = 0) {
    this.floats = floats;
    this.isPerRow = isPerRow;
    this.first = first;
    this.last = last;
  }

  byteLength(rows: number): number {
    return 4 * this.floats * (this.isPerRow ? rows : 1);
  }
}

/** An address that operations read when they run. It changes when memory moves, never during a call. */
export class Pointer {
  address = 0;
}

/** Where a backward operation leaves a gradient. An address of 0 means that nobody wants it. */
export class GradientSink extends Pointer {
  isWanted: boolean;

  constructor(isWanted: boolean) {
    super();
    this.isWanted = isWanted;
  }
}

/** The memory behind one or more tensors of a plan: values and, in training, their gradient. */
export class Storage {
  readonly value: Pointer;
  readonly valueRange: Range;
  readonly gradient = new Pointer();
  readonly needsGradient: boolean;

  constructor(value: Pointer, valueRange: Range, needsGradient: boolean) {
    this.value = value;
    this.valueRange = valueRange;
    this.needsGradient = needsGradient;
  }
}

/** A tensor of a plan as the layers see it. Reshaped tensors share one storage. */
export class Slot {
  readonly shape: Shape;
  /** Values in each row of the batch. */
  readonly rowSize: number;
  readonly storage: Storage;
  /** Which of its steps count, where that is not all of them. */
  mask: Mask | undefined;

  constructor(shape: Shape, storage: Storage) {
    this.shape = shape;
    this.rowSize = rowSize(shape);
    this.storage = storage;
  }

  /** The address of its values. */
  get value(): number {
    return this.storage.value.address;
  }

  /**
   * The address of the gradient with respect to it: dY, complete when its producer runs backward; 0 if
   * nothing depends on it.
   */
  get gradient(): number {
    return this.storage.gradient.address;
  }
}
