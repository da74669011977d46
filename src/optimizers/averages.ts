// The end of a training run with useEma: the model gets the averages of its weights.
import type { Kernels } from "../runtime/kernels/index.js";
import type { OptimizerState } from "./state.js";
import type { Place } from "./update.js";

/**
 * Puts the averages into the weights, as Keras does at the end of `fit` (finalize_variable_values), and
 * keeps the weights where the averages were. Does nothing where the averages are in already, where none are
 * kept, and before the first step. The block of the state and the weights must be in.
 */
export function swapInAverages(k: Kernels, state: OptimizerState, weights: readonly Place[]): void {
  if (!state.holdsAverages && state.step > 0) state.holdsAverages = swap(k, state, weights);
}

/** Puts the weights back, bit for bit, so that training goes on as if it had never stopped. */
export function swapOutAverages(k: Kernels, state: OptimizerState, weights: readonly Place[]): void {
  if (state.holdsAverages) state.holdsAverages = !swap(k, state, weights);
}

/** @returns whether there was something to swap */
function swap(k: Kernels, state: OptimizerState, weights: readonly Place[]): boolean {
  for (let i = 0; i < weights.length; i++) {
    const slots = state.weights[i];
    if (slots.hasAverage) k.swap(weights[i].address, slots.average, slots.size);
  }
  return state.keepsAverages;
}
