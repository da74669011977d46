// Labels, predictions and weights that are handed to a loss or a metric as tensors, outside a model.
import { LanegradError, showShape } from "../errors.js";
import { align } from "../runtime/allocator.js";
import { memory } from "../runtime/runtime.js";
import { fromValues } from "../tensor/tensor.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";

/** @throws LanegradError SHAPE_MISMATCH if there are not as many labels as the predictions need */
export function checkLabelCount(labels: Tensor, predictions: Tensor, expected: number): void {
  if (labels.size === expected) return;
  throw new LanegradError(
    "SHAPE_MISMATCH",
    `yTrue must have ${expected} values for predictions of shape ${showShape(predictions.shape)}. Received: shape ${showShape(labels.shape)}`,
  );
}

/**
 * The weights of samples, or of the places within these, where there are any.
 *
 * @throws LanegradError SHAPE_MISMATCH if there is not one for each, or if they have rows and not as many as there are samples
 */
export function weightsOf(
  sampleWeight: TensorLike | undefined,
  samples: number,
  places: number,
): Float32Array | undefined {
  if (sampleWeight === undefined) return undefined;
  const weights = fromValues(sampleWeight, "sampleWeight");
  const isByRow = weights.rank < 2 || weights.shape[0] === samples;
  if (isByRow && (weights.size === samples || weights.size === places)) return weights.data;
  const expected = places === samples ? samples : `${samples} or ${places}`;
  throw new LanegradError(
    "SHAPE_MISMATCH",
    `sampleWeight must have ${expected} values${isByRow ? "" : `, ${samples} rows of them`}. Received: shape ${showShape(weights.shape)}`,
  );
}

/**
 * Lays arrays out in scratch memory, each at a multiple of 64 bytes.
 *
 * @param parts a number stands for room for so many float32 numbers
 * @returns the address of each; 0 for one that is not there
 */
export function layOut(...parts: (Float32Array | number | undefined)[]): number[] {
  const bytes = parts.map((part = 0) => align(4 * (typeof part === "number" ? part : part.length)));
  const shared = memory();
  let next = shared.scratch(bytes.reduce((sum, size) => sum + size, 0));
  return parts.map((part, i) => {
    const pointer = next;
    next += bytes[i];
    if (part instanceof Float32Array) shared.floats.set(part, pointer >>> 2);
    return part === undefined ? 0 : pointer;
  });
}
