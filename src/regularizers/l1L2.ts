import { nonNegative } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { sizeOf } from "../tensor/nested.js";
import { Regularizer } from "./regularizer.js";

/** What the names alone mean, as in Keras. */
export const DEFAULT_FACTOR = 0.01;

/** A penalty on large weights: l1 * sum |w| + l2 * sum w^2 (Keras's L1L2). */
export class L1L2 extends Regularizer {
  readonly name = "l1L2";
  /** The option `l1`. */
  readonly l1: number;
  /** The option `l2`. */
  readonly l2: number;

  constructor(l1: number, l2: number) {
    super();
    this.l1 = nonNegative("l1", l1);
    this.l2 = nonNegative("l2", l2);
  }

  /** @internal */
  override penalty(k: Kernels, weight: number, gradient: number, shape: readonly number[]): number {
    return k.regularize(weight, gradient, sizeOf(shape), this.l1, this.l2);
  }

  override getConfig(): Record<string, unknown> {
    return { name: this.name, l1: this.l1, l2: this.l2 };
  }
}
