import { LanegradError, show, showShape } from "../errors.js";
import { invalidOption } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { weightKernels } from "../runtime/kernels/weights.js";
import { Constraint } from "./constraint.js";

/** An axis, or several that lie side by side; counted from the end if negative. */
export type Axes = number | readonly number[];

/** Lengths multiplied from axis `from` up to but not including axis `to`. */
function product(shape: readonly number[], from: number, to: number): number {
  let size = 1;
  for (let axis = from; axis < to; axis++) size *= shape[axis];
  return size;
}

/** A bound on the norms of the vectors along some axes: what max, unit and min-max norm have in common. */
export abstract class NormConstraint extends Constraint {
  /** The option `axis`. */
  readonly axis: Axes;
  readonly #axes: readonly number[];

  protected constructor(axis: Axes) {
    super();
    const axes = typeof axis === "number" ? [axis] : axis;
    if (!Array.isArray(axes) || axes.length === 0 || !axes.every((one) => Number.isInteger(one))) {
      throw invalidOption("axis", "an integer or a list of integers", axis);
    }
    this.#axes = [...axes];
    this.axis = typeof axis === "number" ? axis : this.#axes;
  }

  /** @internal The norms that are wanted, see the kernel `constrainNorm`. */
  protected abstract readonly bounds: {
    readonly minimum: number;
    readonly maximum: number;
    readonly rate: number;
  };

  /** @internal */
  override apply(_k: Kernels, address: number, shape: readonly number[]): void {
    const rank = shape.length;
    let first = rank;
    let last = -1;
    for (let i = 0; i < this.#axes.length; i++) {
      const axis = this.#axes[i] < 0 ? this.#axes[i] + rank : this.#axes[i];
      first = Math.min(first, axis);
      last = Math.max(last, axis);
    }
    const outer = product(shape, 0, first);
    const reduced = product(shape, first, last + 1);
    const inner = product(shape, last + 1, rank);
    const { minimum, maximum, rate } = this.bounds;
    weightKernels().constrainNorm(address, outer, reduced, inner, minimum, maximum, rate);
  }

  /** @internal */
  override checkShape(weight: string, shape: readonly number[]): void {
    const axes = this.#axes.map((axis) => (axis < 0 ? axis + shape.length : axis)).sort((a, b) => a - b);
    const fits = axes.every((axis, i) => axis >= 0 && axis < shape.length && axis === axes[0] + i);
    if (fits) return;
    throw new LanegradError(
      "INVALID_OPTION",
      `axis of ${this.name} must be an axis of ${weight}, of shape ${showShape(shape)}, or several side by side. Received: axis=${show(this.axis)}`,
    );
  }
}
