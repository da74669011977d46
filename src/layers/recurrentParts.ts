// What a recurrent layer needs in a plan: tensors, gradients and the memory of its time steps.
import type { MaskKey } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import type { Recurrent } from "./recurrent.js";
import { StepMask } from "./recurrentMask.js";
import type { RecurrentState } from "./recurrentState.js";

/** The weights of a recurrent layer. */
export interface SequenceWeights {
  readonly kernel: Weight;
  readonly recurrent: Weight;
  readonly bias: Weight | undefined;
}

/** A mask of dropout, the same in all steps. */
export interface SequenceMask {
  readonly key: MaskKey;
  readonly rate: number;
  /** [rows, size]. */
  readonly factors: Pointer;
  readonly size: number;
}

/** What every recurrent operation works with. Memory of time steps has them as first axis, in the order taken. */
export interface SequenceParts extends SequenceWeights {
  readonly layer: Recurrent;
  readonly steps: number;
  readonly features: number;
  readonly units: number;
  /** Columns of the kernels. */
  readonly columns: number;
  readonly x: Slot;
  readonly firstStates: readonly Slot[];
  readonly y: Slot;
  readonly lastStates: readonly Slot[];
  readonly dX: GradientSink;
  readonly dFirstStates: readonly GradientSink[];
  readonly dKernel: GradientSink;
  readonly dRecurrentKernel: GradientSink;
  readonly dBias: GradientSink | undefined;
  readonly inputMask: SequenceMask | undefined;
  readonly stateMask: SequenceMask | undefined;
  /** The steps that do not count, where the sequence has a mask. */
  readonly mask: StepMask | undefined;
  /** What the layer keeps from batch to batch, if it does. */
  readonly state: RecurrentState | undefined;
  /** Whether a batch leaves its last state for the next one. */
  readonly advances: boolean;
  /** [tensors, rows, units], the state before a step of training, in case the step fails. */
  readonly stateBefore: Pointer | undefined;
  /** [steps, rows, features], the inputs, in backward their gradient. */
  readonly inputs: Pointer;
  /** [steps, rows, columns], what goes into the activations. */
  readonly sums: Pointer;
  /** [steps + 1, rows, units], from the state before the first step. */
  readonly states: Pointer;
  /** [steps, rows, units], the states as the products see them: `states` without recurrent dropout. */
  readonly maskedStates: Pointer;
  /** [rows, units], the gradient that comes through the product of a step. */
  readonly dThrough: Pointer;
}

interface Sequence {
  readonly layer: Recurrent;
  readonly inputs: readonly Slot[];
  readonly shapes: readonly Shape[];
  readonly weights: SequenceWeights;
  readonly steps: number;
  readonly features: number;
}

/** Asks for outputs, gradients and memory for the next operation. */
export function takeDownSequence(
  plan: PlanBuilder,
  { layer, inputs, shapes, weights, steps, features }: Sequence,
): SequenceParts {
  const { units, dropout, recurrentDropout } = layer;
  const [x, ...firstStates] = inputs;
  const { kernel, recurrent, bias } = weights;
  const all = bias === undefined ? [kernel, recurrent] : [kernel, recurrent, bias];
  const mask = x.mask?.steps === steps ? x.mask.slot : undefined;
  const read = mask === undefined ? inputs : [...inputs, mask];
  const [y, ...lastStates] = shapes.map((shape) => plan.output(shape, read, all));
  const columns = recurrent.shape[1];
  const dropped = (rate: number, size: number): SequenceMask | undefined =>
    plan.purpose.training && rate > 0
      ? { key: plan.maskKey(layer.seed), rate, factors: plan.temporary(size, true), size }
      : undefined;
  const states = plan.temporary((steps + 1) * units, true);
  const stateMask = dropped(recurrentDropout, units);
  const startsFromZeros = firstStates.length === 0 && layer.state === undefined;
  const { training, hasLoss, inputGradients } = plan.purpose;
  // Gradients of one batch leave everything as it is; vjp in training mode is a step of training.
  const advances = !inputGradients || (training && !hasLoss);
  return {
    layer,
    steps,
    features,
    units,
    columns,
    x,
    firstStates,
    y,
    lastStates,
    kernel,
    recurrent,
    bias,
    dX: plan.gradientOf(x),
    dFirstStates: firstStates.map((state) => plan.gradientOf(state)),
    dKernel: plan.gradientOfWeight(kernel),
    dRecurrentKernel: plan.gradientOfWeight(recurrent),
    dBias: bias && plan.gradientOfWeight(bias),
    inputMask: dropped(dropout, features),
    stateMask,
    mask: mask && new StepMask(plan, mask, units, layer.zeroOutputForMask, startsFromZeros),
    state: layer.state,
    advances,
    stateBefore:
      layer.state && training && advances ? plan.reserve(layer.stateCount * units, true) : undefined,
    inputs: plan.temporary(steps * features, true),
    sums: plan.temporary(steps * columns, true),
    states,
    maskedStates: stateMask === undefined ? states : plan.temporary(steps * units, true),
    dThrough: plan.temporary(units, true),
  };
}
