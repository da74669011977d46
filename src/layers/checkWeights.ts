import { LanegradError, show, showShape } from "../errors.js";
import type { Weight } from "../graph/weight.js";
import { readValues } from "../tensor/tensor.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";

/** Checks values that are to replace weights, before any is replaced. */
export function checkWeights(
  owner: string,
  weights: readonly Weight[],
  values: readonly TensorLike[],
): Tensor[] {
  const expected = weights.map((weight) => `${weight.name} ${showShape(weight.shape)}`).join(", ") || "none";
  if (!Array.isArray(values) || values.length !== weights.length) {
    const received = Array.isArray(values) ? `${values.length} arrays` : show(values);
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `setWeights of ${owner} takes ${weights.length} arrays (${expected}). Received: ${received}`,
    );
  }
  return weights.map((weight, i) => {
    const tensor = readValues(values[i], `weights[${i}]`);
    const fits =
      tensor.shape.length === weight.shape.length &&
      tensor.shape.every((n, axis) => n === weight.shape[axis]);
    const isFlat = tensor.rank === 1 && tensor.size === weight.size;
    if (fits || isFlat) return tensor;
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `weights[${i}] of ${owner} (${weight.name}) must have shape ${showShape(weight.shape)}. Received: shape ${showShape(tensor.shape)}`,
    );
  });
}
