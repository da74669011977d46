// What an optimizer remembered, back from a file. Apart from `OptimizerState`, so that only programs that load models have it.
import { LanegradError, showShape } from "../errors.js";
import type { PlacedSlot } from "./slots.js";
import type { OptimizerState, SavedSlot } from "./state.js";

/**
 * Takes back what `read` gave, each array once, in any order.
 *
 * @throws LanegradError SHAPE_MISMATCH if the arrays are not those of this optimizer and these weights;
 * nothing has changed then
 */
export function writeState(state: OptimizerState, saved: readonly SavedSlot[]): void {
  const targets = saved.map(({ name, weight, shape, values }) =>
    state.weights[weight]?.slots.find(
      (slot) =>
        slot.name === name && showShape(slot.shape) === showShape(shape) && values.length === slot.size,
    ),
  );
  const count = state.weights.flatMap(({ slots }) => slots).length;
  if (targets.includes(undefined) || new Set(targets).size !== count || saved.length !== count) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `an optimizer remembers ${count} arrays, each once. Received: ${saved.length} arrays`,
    );
  }
  saved.forEach(({ values }, i) => state.values(targets[i] as PlacedSlot).set(values));
}
