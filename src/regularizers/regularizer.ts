import { nonNegative } from "../options.js";

/** A penalty on large weights: l1 * sum |w| + l2 * sum w^2, added to the loss (Keras's L1L2). */
export class Regularizer {
  readonly l1: number;
  readonly l2: number;

  /** @internal */
  constructor(l1: number, l2: number) {
    this.l1 = nonNegative("l1", l1);
    this.l2 = nonNegative("l2", l2);
  }

  /** The options from which an equal regularizer can be made. */
  getConfig(): Record<string, unknown> {
    return { name: "l1L2", l1: this.l1, l2: this.l2 };
  }
}
