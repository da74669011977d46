import { LanegradError, showShape } from "../errors.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { applyBroadcast, BroadcastKind, broadcastShape, isWithinAxes } from "./broadcast.js";
import { Layer } from "./layer.js";
import type { Mask } from "./mask.js";

/** Several shapes, as messages show them. */
export function showShapes(shapes: readonly Shape[]): string {
  return `shapes ${shapes.map(showShape).join(", ")}`;
}

/** The mask of the steps that count in any of several tensors; undefined unless all have a mask. */
export function eitherMask(plan: PlanBuilder, inputs: readonly Slot[]): Mask | undefined {
  return inputs.map((x) => x.mask).reduce((either, mask) => mask && either?.or(plan, mask));
}

/**
 * The inputs with a value that changes nothing in place of what their masks leave out. Masks of inputs with fewer axes than
 * others are not looked at, as in Keras, nor are those of inputs with different steps. The first input stays where none counts.
 *
 * @param either the steps that count in any input, if all have a mask
 */
function leaveOut(
  plan: PlanBuilder,
  inputs: readonly Slot[],
  value: number,
  either: Mask | undefined,
): readonly Slot[] {
  if (either === undefined && inputs.every(({ mask }) => mask)) return inputs;
  const rank = Math.max(...inputs.map(({ shape }) => shape.length));
  return inputs.map((x, i) => {
    if (x.shape.length < rank) return x;
    const mask = i === 0 && either ? x.mask?.orNot(plan, either) : x.mask;
    return mask?.keep(plan, x, value) ?? x;
  });
}

/** @throws LanegradError SHAPE_MISMATCH unless there are two inputs or more */
export function checkSeveral(layer: string, shapes: readonly Shape[]): void {
  if (shapes.length >= 2) return;
  throw new LanegradError(
    "SHAPE_MISMATCH",
    `${layer} takes an array of at least 2 inputs. Received: ${shapes.length}`,
  );
}

/** @throws LanegradError SHAPE_MISMATCH unless there are two inputs */
export function checkTwo(layer: string, shapes: readonly Shape[]): void {
  if (shapes.length === 2) return;
  throw new LanegradError(
    "SHAPE_MISMATCH",
    `${layer} takes an array of exactly 2 inputs. Received: ${shapes.length}`,
  );
}

/**
 * Merges inputs element by element, from the first one on: f(f(a, b), c). Shapes broadcast as in NumPy behind
 * the batch: the last axes belong together, and one of length 1, or one that is not there, is repeated
 * (Keras's Merge).
 */
export abstract class Merge extends Layer {
  /** The function of two inputs. */
  protected abstract readonly kind: BroadcastKind;
  /** What changes nothing, in place of steps that do not count; without it they are merged like others. */
  declare protected readonly neutral?: number;

  override get supportsMasking(): boolean {
    return true;
  }

  /** @internal The output has its mask from `call`. */
  override passMasks(): void {}

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    checkSeveral(this.name, inputShapes);
    return inputShapes.reduce((merged, shape) => {
      const result = broadcastShape(merged, shape);
      if (result !== undefined && isWithinAxes(merged, shape)) return result;
      const rule =
        result === undefined
          ? "must be equal from the last axis on, or 1 where they are not"
          : "must not take turns more than four times in which of them is repeated";
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `the shapes of the inputs of ${this.name} ${rule}. Received: ${showShapes(inputShapes)}`,
      );
    });
  }

  /** What the result is multiplied by. */
  protected factor(_inputs: number): number {
    return 1;
  }

  /**
   * @internal A step of the output counts if it does in any input; without a mask of every input the output has none, as in
   * Keras.
   */
  override call(plan: PlanBuilder, inputs: readonly Slot[]): Slot {
    const { kind, neutral } = this;
    const either = eitherMask(plan, inputs);
    const counting = neutral === undefined ? inputs : leaveOut(plan, inputs, neutral, either);
    const last = inputs.length - 1;
    let y = counting.reduce((merged, x, i) =>
      applyBroadcast(plan, kind, merged, x, i === last ? this.factor(inputs.length) : 1),
    );
    // Keras has no 1 left where nothing counts.
    if (either && kind === BroadcastKind.multiply) y = either.keep(plan, y, 0);
    y.mask = either;
    return y;
  }
}
