// The time steps of a recurrent layer, forward and backward.
import type { Operation, StepContext } from "../graph/operation.js";
import type { GradientSink, Pointer } from "../graph/slot.js";
import { recurrenceKernels } from "../runtime/kernels/recurrence.js";
import type { SequenceMask, SequenceParts } from "./recurrentParts.js";

/**
 * One product for the inputs of all steps, then step after step, each with a product of its own; backward the steps in
 * reverse, then one product for each gradient. What a step computes beside products, subclasses say.
 */
export abstract class RecurrentOperation implements Operation {
  constructor(readonly parts: SequenceParts) {}

  /** Computes `states` after step t. */
  protected abstract stepForward(context: StepContext, t: number): void;

  /** From the gradients of the state after step t: those of what went into it, the last in `dThrough`. */
  protected abstract stepBackward(context: StepContext, t: number): void;

  /** Where the gradients of `sums` are. */
  protected abstract readonly dSums: Pointer;

  /** What the first step hands on to the state before it beside `dThrough`, or 0. */
  protected directGradient(): number {
    return 0;
  }

  /** Leaves the gradient of the kernel of the states, and of its bias if it has one. */
  protected recurrentGradients({ kernels, rows, workspace }: StepContext): void {
    const { maskedStates, dRecurrentKernel, steps, units, columns } = this.parts;
    const { address } = maskedStates;
    const dZ = this.dSums.address;
    const dKernel = dRecurrentKernel.address;
    kernels.denseBackwardWeights(address, dZ, dKernel, 0, steps * rows, units, columns, workspace);
  }

  /** Gets the states ready that are there beside `states`. */
  protected beginForward(_context: StepContext): void {}

  /** The same for gradients. */
  protected beginBackward(_context: StepContext): void {}

  /** Hands on the states that are there beside `states`. */
  protected endForward(_context: StepContext): void {}

  /** The same for gradients. */
  protected endBackward(_context: StepContext): void {}

  forward(context: StepContext): void {
    const { kernels, rows, workspace } = context;
    const { x, y, inputs, sums, states, kernel, bias, steps, features, units, columns, layer } = this.parts;
    const { inputMask, stateMask, firstStates, lastStates } = this.parts;
    const recurrence = recurrenceKernels();
    this.#draw(inputMask, context);
    this.#draw(stateMask, context);
    const factors = inputMask === undefined ? 0 : inputMask.factors.address;
    recurrence.toSteps(x.value, factors, inputs.address, rows, steps, features, Number(layer.goBackwards));
    const all = steps * rows;
    const b = bias === undefined ? 0 : bias.address;
    kernels.denseForward(inputs.address, kernel.address, b, 0, sums.address, all, features, columns, 0, 0, workspace); // prettier-ignore
    if (firstStates.length === 0) kernels.fill(states.address, rows * units, 0);
    else kernels.copy(states.address, firstStates[0].value, rows * units);
    this.beginForward(context);
    for (let t = 0; t < steps; t++) {
      this.#maskStates(rows, t);
      this.stepForward(context, t);
    }
    if (layer.returnSequences) {
      const made = this.at(states, units, rows, 1);
      recurrence.fromSteps(made, 0, y.value, rows, steps, units, Number(layer.flipsOutputs));
    } else {
      kernels.copy(y.value, this.at(states, units, rows, steps), rows * units);
    }
    if (lastStates.length > 0) {
      kernels.copy(lastStates[0].value, this.at(states, units, rows, steps), rows * units);
    }
    this.endForward(context);
  }

  backward(context: StepContext): void {
    const { kernels, rows, workspace } = context;
    const { inputs, kernel, steps, features, units, columns, layer, stateMask, inputMask } = this.parts;
    const { dX, dKernel, dRecurrentKernel, dBias, dFirstStates, dThrough } = this.parts;
    this.beginBackward(context);
    for (let t = steps - 1; t >= 0; t--) this.stepBackward(context, t);
    if (dFirstStates.length > 0 && dFirstStates[0].isWanted) {
      const factors = stateMask === undefined ? 0 : stateMask.factors.address;
      const target = dFirstStates[0].address;
      recurrenceKernels().stateGradient(dThrough.address, factors, this.directGradient(), target, rows * units); // prettier-ignore
    }
    this.endBackward(context);
    const dZ = this.dSums.address;
    const all = steps * rows;
    if (dRecurrentKernel.isWanted) this.recurrentGradients(context);
    if (dKernel.isWanted) {
      const b = addressIfWanted(dBias);
      kernels.denseBackwardWeights(inputs.address, dZ, dKernel.address, b, all, features, columns, workspace);
    }
    if (dX.isWanted) {
      // Nobody reads the inputs any more.
      const factors = inputMask === undefined ? 0 : inputMask.factors.address;
      const backwards = Number(layer.goBackwards);
      kernels.denseBackwardInput(dZ, kernel.address, inputs.address, all, features, columns, workspace);
      recurrenceKernels().fromSteps(inputs.address, factors, dX.address, rows, steps, features, backwards);
    }
  }

  /** The address of step t in memory that has steps as first axis. */
  protected at(pointer: Pointer, columns: number, rows: number, t: number): number {
    return pointer.address + 4 * t * rows * columns;
  }

  /** The gradient of what step t puts out, its first row, or 0; the others are `dYStride` values apart. */
  protected dYAt(t: number): number {
    const { y, layer, steps, units } = this.parts;
    if (y.gradient === 0) return 0;
    if (layer.returnSequences) return y.gradient + 4 * (layer.flipsOutputs ? steps - 1 - t : t) * units;
    return t === steps - 1 ? y.gradient : 0;
  }

  protected get dYStride(): number {
    const { layer, steps, units } = this.parts;
    return layer.returnSequences ? steps * units : units;
  }

  /** What came through the product of the step after t, or 0. */
  protected dThroughAt(t: number): number {
    return t === this.parts.steps - 1 ? 0 : this.parts.dThrough.address;
  }

  protected get stateFactors(): number {
    const { stateMask } = this.parts;
    return stateMask === undefined ? 0 : stateMask.factors.address;
  }

  /** The gradient of the last state as an output of the layer, or 0. */
  protected dLastState(index: number): number {
    const { lastStates } = this.parts;
    return index < lastStates.length ? lastStates[index].gradient : 0;
  }

  /** dThrough = dZ.Ut, unless nobody reads it. */
  protected passThrough({ kernels, rows, workspace }: StepContext, dZ: number, t: number): void {
    const { recurrent, dThrough, dFirstStates, units, columns } = this.parts;
    if (t === 0 && dFirstStates.length === 0) return;
    kernels.matMulTransposedB(dZ, recurrent.address, dThrough.address, rows, units, columns, workspace);
  }

  /** Fills a state, or its gradient, with what comes from elsewhere, or with 0. */
  protected startWith({ kernels, rows }: StepContext, target: Pointer, source: number): void {
    const count = rows * this.parts.units;
    if (source === 0) kernels.fill(target.address, count, 0);
    else kernels.copy(target.address, source, count);
  }

  #draw(mask: SequenceMask | undefined, { kernels, rows, step }: StepContext): void {
    if (mask === undefined) return;
    const { key, rate, factors, size } = mask;
    kernels.fill(factors.address, rows * size, 1);
    kernels.dropout(factors.address, factors.address, rows * size, rate, key.key0, key.key1, step);
  }

  #maskStates(rows: number, t: number): void {
    const { states, maskedStates, units, stateMask } = this.parts;
    if (stateMask === undefined) return;
    const target = this.at(maskedStates, units, rows, t);
    const { address } = stateMask.factors;
    recurrenceKernels().multiplyStates(this.at(states, units, rows, t), address, target, rows * units);
  }
}

/** The address of a gradient, or 0 if nobody wants it. */
export function addressIfWanted(sink: GradientSink | undefined): number {
  return sink !== undefined && sink.isWanted ? sink.address : 0;
}
