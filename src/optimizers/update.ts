import type { Kernels } from "../runtime/kernels/index.js";
import { align } from "../runtime/allocator.js";
import type { Clipping } from "./clipping.js";
import type { Optimizer } from "./optimizer.js";
import type { OptimizerState } from "./state.js";

/** A range of linear memory with an address that may change from call to call. */
export interface Place {
  readonly address: number;
}

/** Clips gradients in place (Keras's clipnorm, global_clipnorm and clipvalue). */
export function clip(
  k: Kernels,
  clipping: Clipping,
  gradients: readonly Place[],
  sizes: readonly number[],
): void {
  const { clipnorm, globalClipnorm, clipvalue } = clipping;
  if (clipvalue !== undefined) {
    for (let i = 0; i < gradients.length; i++) k.clipByValue(gradients[i].address, sizes[i], clipvalue);
  } else if (clipnorm !== undefined) {
    for (let i = 0; i < gradients.length; i++) {
      const norm = Math.sqrt(k.sumOfSquares(gradients[i].address, sizes[i]));
      // Written so that a norm of NaN scales too: what is not a number must not stay hidden.
      if (!(norm <= clipnorm)) k.scale(gradients[i].address, sizes[i], clipnorm / norm);
    }
  } else if (globalClipnorm !== undefined) {
    let squares = 0;
    for (let i = 0; i < gradients.length; i++) squares += k.sumOfSquares(gradients[i].address, sizes[i]);
    const norm = Math.sqrt(squares);
    if (norm <= globalClipnorm) return;
    for (let i = 0; i < gradients.length; i++) k.scale(gradients[i].address, sizes[i], globalClipnorm / norm);
  }
}

/** One step of an optimizer: clipping, weight decay, then its rule for each weight. */
export function takeStep(
  k: Kernels,
  optimizer: Optimizer,
  state: OptimizerState,
  weights: readonly Place[],
  gradients: readonly Place[],
): void {
  const { sizes } = state;
  clip(k, optimizer.clipping, gradients, sizes);
  optimizer.beginStep(++state.step);
  const kept = 1 - optimizer.learningRate * (optimizer.weightDecay ?? 0);
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i].address;
    if (kept !== 1) k.scale(weight, sizes[i], kept);
    optimizer.update(k, weight, gradients[i].address, state.address(i), align(4 * sizes[i]), sizes[i]);
  }
}
