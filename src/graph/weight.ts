import type { Constraint } from "../constraints/constraint.js";
import type { Initializer } from "../initializers/initializer.js";
import type { Regularizer } from "../regularizers/regularizer.js";
import { sizeOf } from "../tensor/nested.js";

/** What a layer says about a weight when it is built. */
export interface WeightOptions {
  name: string;
  shape: readonly number[];
  initializer: Initializer;
  regularizer?: Regularizer;
  constraint?: Constraint;
  /** Whether an optimizer changes it; moving statistics are not trained. Default true. */
  isTrained?: boolean;
}

/** A weight of a layer: a range of the layer's block. */
export class Weight {
  /** What the layer calls it, such as "kernel". */
  readonly name: string;
  /** The length of each axis. */
  readonly shape: readonly number[];
  /** The number of values. */
  readonly size: number;
  /** Says what its values are at first. */
  readonly initializer: Initializer;
  /** A penalty on it, if any. */
  readonly regularizer: Regularizer | undefined;
  /** What it is held to after each step, if anything. */
  readonly constraint: Constraint | undefined;
  /** Whether an optimizer changes it; moving statistics are not trained. */
  isTrained: boolean;
  /** Bytes from the start of the layer's block. */
  readonly offset: number;
  /** Its address in linear memory, valid while a plan that uses it runs. */
  address = 0;
  /** How often it has been written, training apart. */
  writes = 0;

  constructor(options: WeightOptions, offset: number) {
    options.regularizer?.checkShape(options.name, options.shape);
    options.constraint?.checkShape(options.name, options.shape);
    this.name = options.name;
    this.shape = options.shape;
    this.size = sizeOf(options.shape);
    this.initializer = options.initializer;
    this.regularizer = options.regularizer;
    this.constraint = options.constraint;
    this.isTrained = options.isTrained ?? true;
    this.offset = offset;
  }
}
