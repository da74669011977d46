import type { Kernels } from "../runtime/kernels/index.js";
import type { Clipping } from "./clipping.js";
import type { WeightGroup } from "./optimizer.js";
import type { OptimizerState } from "./state.js";

/** A range of linear memory with an address that may change from call to call. */
export interface Place {
  readonly address: number;
}

/** Clips the gradients of a group in place (Keras's clipnorm, global_clipnorm and clipvalue). */
export function clip(
  k: Kernels,
  clipping: Clipping,
  members: readonly number[],
  gradients: readonly Place[],
  sizes: readonly number[],
): void {
  const { clipnorm, globalClipnorm, clipvalue } = clipping;
  if (clipvalue !== undefined) {
    for (let j = 0; j < members.length; j++) {
      const i = members[j];
      k.clipByValue(gradients[i].address, sizes[i], clipvalue);
    }
  } else if (clipnorm !== undefined) {
    for (let j = 0; j < members.length; j++) {
      const i = members[j];
      const norm = Math.sqrt(k.sumOfSquares(gradients[i].address, sizes[i]));
      // Written so that a norm of NaN scales too: what is not a number must not stay hidden.
      if (!(norm <= clipnorm)) k.scale(gradients[i].address, sizes[i], clipnorm / norm);
    }
  } else if (globalClipnorm !== undefined) {
    clipTogether(k, globalClipnorm, members, gradients, sizes);
  }
}

function clipTogether(
  k: Kernels,
  limit: number,
  members: readonly number[],
  gradients: readonly Place[],
  sizes: readonly number[],
): void {
  let squares = 0;
  for (let j = 0; j < members.length; j++) {
    const i = members[j];
    squares += k.sumOfSquares(gradients[i].address, sizes[i]);
  }
  const norm = Math.sqrt(squares);
  if (norm <= limit) return;
  for (let j = 0; j < members.length; j++) {
    const i = members[j];
    k.scale(gradients[i].address, sizes[i], limit / norm);
  }
}

/**
 * One step of the optimizer of each group of weights, in the order of Keras's BaseOptimizer: accumulation of
 * gradients; clipping, weight decay and the rule for each weight, if an update is due; averages. The state must have been
 * told where everything is (`locate`).
 */
export function takeStep(
  k: Kernels,
  state: OptimizerState,
  weights: readonly Place[],
  gradients: readonly Place[],
): void {
  if (state.step === 0) state.adoptWeights(k, weights);
  for (let g = 0; g < state.groups.length; g++) {
    const group = state.groups[g];
    const { optimizer, members } = group;
    const every = optimizer.gradientAccumulationSteps;
    if (every === undefined || accumulate(k, state, group, gradients, every)) {
      clip(k, optimizer.clipping, members, gradients, state.sizes);
      update(k, state, group, weights, gradients);
    }
    if (optimizer.useEma) average(k, state, group, weights);
  }
  // The caller applies constraints after this: after the averages, at calls without an update too.
  state.step++;
}

/**
 * Adds gradients to their sums or, where that completes them, makes the gradients the mean of all and the
 * sums 0 again.
 *
 * @param every the batches of an update
 * @returns whether the gradients are complete
 */
function accumulate(
  k: Kernels,
  state: OptimizerState,
  { members }: WeightGroup,
  gradients: readonly Place[],
  every: number,
): boolean {
  const complete = (state.step + 1) % every === 0;
  for (let j = 0; j < members.length; j++) {
    const { address } = gradients[members[j]];
    const { gradientAccumulator, size } = state.weights[members[j]];
    if (complete) {
      k.addInPlace(address, gradientAccumulator, size);
      k.scale(address, size, 1 / every);
      k.fill(gradientAccumulator, size, 0);
    } else {
      k.addInPlace(gradientAccumulator, address, size);
    }
  }
  return complete;
}

/** Weight decay and the optimizer's rule, for each weight of a group. */
function update(
  k: Kernels,
  state: OptimizerState,
  { optimizer, members }: WeightGroup,
  weights: readonly Place[],
  gradients: readonly Place[],
): void {
  const step = optimizer.begin(state.step);
  if (optimizer.update !== undefined || optimizer.weightDecay !== undefined) {
    for (let j = 0; j < members.length; j++) {
      const i = members[j];
      const weight = weights[i].address;
      const slots = state.weights[i];
      const kept = 1 - optimizer.learningRate * optimizer.weightDecayOf(slots);
      if (kept !== 1) k.scale(weight, slots.size, kept);
      optimizer.update?.(k, weight, gradients[i].address, slots);
    }
  }
  if (members.length > 0) optimizer.updateAll?.(k, state.weights[members[0]].row, members.length, step);
}

/**
 * average = momentum average + (1 - momentum) w. Until the first update has been counted the average is the
 * weight. Every emaOverwriteFrequency updates the weights become their averages.
 */
function average(
  k: Kernels,
  state: OptimizerState,
  { optimizer, members }: WeightGroup,
  weights: readonly Place[],
): void {
  const updates = optimizer.updatesIn(state.step);
  const momentum = updates === 0 ? 0 : optimizer.emaMomentum;
  const frequency = optimizer.emaOverwriteFrequency;
  const overwrites = frequency !== undefined && (updates + 1) % frequency === 0;
  for (let j = 0; j < members.length; j++) {
    const slots = state.weights[members[j]];
    const { address } = weights[members[j]];
    k.blend(slots.average, address, slots.size, momentum, 1 - momentum);
    if (overwrites) k.copy(address, slots.average, slots.size);
  }
}
