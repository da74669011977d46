import { LanegradError } from "../errors.js";
import type { SymbolicTensor } from "../graph/symbolic.js";

/**
 * The tensor of a layer that has one.
 *
 * @throws LanegradError INVALID_OPTION if it has several
 */
export function onlyOne(
  owner: string,
  side: "inputs" | "outputs",
  tensors: readonly SymbolicTensor[],
): SymbolicTensor {
  if (tensors.length === 1) return tensors[0];
  throw new LanegradError(
    "INVALID_OPTION",
    `${owner} must have one tensor among its ${side}; keep what apply takes and returns instead. Received: ${tensors.length} ${side}`,
  );
}
