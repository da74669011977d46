import { LanegradError, show, showShape } from "../errors.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { applyTranspose, isWithinTransposition, transposedShape } from "./transpose.js";

/** Options of `layers.permute`. */
export interface PermuteOptions extends LayerOptions {
  /** For each axis of the output, the axis of the input; they count from 1, since 0 is the batch. */
  dims: readonly number[];
}

/** The same values with the axes in another order (Keras's Permute). */
export class Permute extends Layer {
  readonly className = "Permute";
  /** The option `dims`. */
  readonly dims: readonly number[];

  constructor(options: PermuteOptions) {
    super("permute", options, ["dims"]);
    const { dims } = options;
    const isOrder = Array.isArray(dims) && dims.length > 0 && dims.every((_, i) => dims.includes(i + 1));
    if (!isOrder) {
      throw new LanegradError(
        "INVALID_OPTION",
        `dims must hold each of the axes 1, 2, ... once. Received: dims=${show(dims)}`,
      );
    }
    this.dims = [...dims];
  }

  /** What holds along the last axis holds afterwards only if that axis stays the last. */
  override get outputActivation(): "input" | undefined {
    return this.dims.at(-1) === this.dims.length ? "input" : undefined;
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    const order = this.#order;
    if (shape.length !== order.length || !isWithinTransposition(shape, order)) {
      const rule =
        shape.length === order.length
          ? "can move at most 4 axes past each other"
          : `needs inputs with ${this.dims.length} axes and the batch`;
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} with dims=${show(this.dims)} ${rule}. Received: shape ${showShape(shape)}`,
      );
    }
    return transposedShape(shape, order);
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    return applyTranspose(plan, x, this.#order);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), dims: this.dims };
  }

  get #order(): number[] {
    return [0, ...this.dims];
  }
}
