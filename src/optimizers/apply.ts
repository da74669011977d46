// Optimizers on tensors outside a model.
import { LanegradError, show } from "../errors.js";
import { checkKeys } from "../options.js";
import { align } from "../runtime/allocator.js";
import { kernels, memory } from "../runtime/runtime.js";
import { floatsAt, tensorAt } from "../tensor/inMemory.js";
import { fromValues } from "../tensor/tensor.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { checkClipping } from "./clipping.js";
import type { Clipping } from "./clipping.js";
import type { OptimizerState } from "./state.js";
import { clip, takeStep } from "./update.js";
import type { Place } from "./update.js";

/** Lays arrays out one after another from an address on, and copies them there. */
function place(arrays: readonly Float32Array[], start: number): Place[] {
  let address = start;
  return arrays.map((array) => {
    const here = { address };
    memory().floats.set(array, address >>> 2);
    address += align(4 * array.length);
    return here;
  });
}

function bytesOf(arrays: readonly Float32Array[]): number {
  return arrays.reduce((bytes, array) => bytes + align(4 * array.length), 0);
}

/** @internal One step on arrays; the weights change in place. */
export function applyToTensors(
  state: OptimizerState,
  weights: readonly Float32Array[],
  gradients: readonly Float32Array[],
): void {
  state.checkSizes(weights.map((weight) => weight.length));
  const bytes = bytesOf(weights);
  const scratch = memory().moveInTogether([state.block], 2 * bytes);
  const weightPlaces = place(weights, scratch);
  const gradientPlaces = place(gradients, scratch + bytes);
  state.locate(weightPlaces, gradientPlaces);
  takeStep(kernels(), state, weightPlaces, gradientPlaces);
  weights.forEach((weight, i) => weight.set(floatsAt(weightPlaces[i].address, weight.length)));
}

/**
 * Clips gradients as an optimizer with the same options would.
 *
 * @param gradients one tensor for each weight
 * @param clipping one of clipnorm, globalClipnorm and clipvalue
 * @returns new tensors of the same shapes
 * @throws LanegradError INVALID_OPTION if several ways are given or a limit is not positive
 */
export function clipGradients(gradients: readonly TensorLike[], clipping: Clipping): Tensor[] {
  checkKeys("clipGradients", clipping, ["clipnorm", "globalClipnorm", "clipvalue"]);
  if (!Array.isArray(gradients)) {
    throw new LanegradError(
      "INVALID_OPTION",
      `gradients must be an array of tensors. Received: ${show(gradients)}`,
    );
  }
  const checked = checkClipping(clipping);
  const tensors = gradients.map((gradient, i) => fromValues(gradient, `gradients[${i}]`));
  const arrays = tensors.map((tensor) => tensor.data);
  const places = place(arrays, memory().scratch(bytesOf(arrays)));
  clip(
    kernels(),
    checked,
    [...arrays.keys()],
    places,
    arrays.map((array) => array.length),
  );
  return tensors.map(({ shape }, i) => tensorAt(places[i].address, shape));
}
