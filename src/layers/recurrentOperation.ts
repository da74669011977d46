// The time steps of a recurrent layer, forward and backward.
import type { Operation, StepContext } from "../graph/operation.js";
import type { GradientSink, Pointer } from "../graph/slot.js";
import { recurrenceKernels } from "../runtime/kernels/recurrence.js";
import type { StepMask } from "./recurrentMask.js";
import type { SequenceMask, SequenceParts } from "./recurrentParts.js";

/**
 * One product for the inputs of all steps, then step after step, each with a product of its own; backward the steps in
 * reverse, then one product for each gradient. What a step computes beside products, subclasses say.
 */
export abstract class RecurrentOperation implements Operation {
  /** What the state knew about rows before this step. */
  #rowsBefore = 0;

  constructor(readonly parts: SequenceParts) {}

  /** Computes `states` after step t. */
  protected abstract stepForward(context: StepContext, t: number): void;

  /** From the gradients of the state after step t: those of what went into it, the last in `dThrough`. */
  protected abstract stepBackward(context: StepContext, t: number): void;

  /** Where the gradients of `sums` are. */
  protected abstract readonly dSums: Pointer;

  /** What the step that was last in backward hands on to the state before it beside `dThrough`, or 0. */
  protected directGradient(): number {
    const { mask } = this.parts;
    return mask === undefined ? 0 : mask.carried.address;
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
    const { inputMask, stateMask, mask, lastStates, state, advances } = this.parts;
    if (state !== undefined) this.#rowsBefore = state.begin(layer.name, rows, advances);
    const recurrence = recurrenceKernels();
    this.#draw(inputMask, context);
    this.#draw(stateMask, context);
    const factors = inputMask === undefined ? 0 : inputMask.factors.address;
    recurrence.toSteps(x.value, factors, inputs.address, rows, steps, features, Number(layer.goBackwards));
    const all = steps * rows;
    const b = bias === undefined ? 0 : bias.address;
    kernels.denseForward(inputs.address, kernel.address, b, 0, sums.address, all, features, columns, 0, 0, workspace); // prettier-ignore
    mask?.begin(rows, layer.goBackwards);
    this.startWith(context, states, this.firstState(0));
    this.beginForward(context);
    for (let t = 0; t < steps; t++) {
      this.#maskStates(rows, t);
      this.stepForward(context, t);
      this.carry(states, rows, t);
    }
    if (layer.returnSequences) {
      const made = this.at(states, units, rows, 1);
      recurrence.fromSteps(made, 0, y.value, rows, steps, units, Number(layer.flipsOutputs));
    } else {
      kernels.copy(y.value, this.at(states, units, rows, steps), rows * units);
    }
    if (mask !== undefined) this.#clearOutputs(mask, rows);
    this.keepState(context, states, 0);
    if (lastStates.length > 0) {
      kernels.copy(lastStates[0].value, this.at(states, units, rows, steps), rows * units);
    }
    this.endForward(context);
  }

  backward(context: StepContext): void {
    const { kernels, rows, workspace } = context;
    const { inputs, kernel, steps, features, units, columns, layer, stateMask, inputMask, mask } = this.parts;
    const { dX, dKernel, dRecurrentKernel, dBias, dFirstStates, dThrough } = this.parts;
    this.beginBackward(context);
    for (let t = steps - 1; t >= 0; t--) {
      if (mask !== undefined) this.#divide(mask, rows, t);
      this.stepBackward(context, t);
    }
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

  /**
   * The gradient of what step t puts out, its first row, or 0; the others are `dYStride` values apart. With a mask, all that
   * step t gets: then nothing else comes to it.
   */
  protected dYAt(t: number): number {
    const { y, mask } = this.parts;
    if (mask !== undefined) return mask.active.address;
    return y.gradient === 0 ? 0 : this.#outputAt(y.gradient, t);
  }

  protected get dYStride(): number {
    const { mask, units } = this.parts;
    return mask === undefined ? this.#outputStride : units;
  }

  /** What came through the product of the step after t, or 0. */
  protected dThroughAt(t: number): number {
    const { mask, steps, dThrough } = this.parts;
    return mask !== undefined || t === steps - 1 ? 0 : dThrough.address;
  }

  /** The gradient of the last state, at the last step, or 0. */
  protected dDirectAt(t: number): number {
    const { mask, steps } = this.parts;
    return mask !== undefined || t < steps - 1 ? 0 : this.dLastState(0);
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

  /** The rows that step t does not count for have the same state after it as before. */
  protected carry(states: Pointer, rows: number, t: number): void {
    const { mask, units } = this.parts;
    if (mask === undefined) return;
    const before = this.at(states, units, rows, t);
    const after = this.at(states, units, rows, t + 1);
    recurrenceKernels().carryRows(mask.countsAt(t, rows), before, after, rows, units);
  }

  /** The address of a state to start from; 0 for zeros. */
  protected firstState(index: number): number {
    const { firstStates, state } = this.parts;
    if (firstStates.length > 0) return firstStates[index].value;
    return state === undefined ? 0 : state.address(index);
  }

  /** Leaves a last state for the next batch, if the layer is stateful. */
  protected keepState({ kernels, rows }: StepContext, states: Pointer, index: number): void {
    const { state, stateBefore, advances, units, steps } = this.parts;
    if (state === undefined || !advances) return;
    const address = state.address(index);
    if (stateBefore) kernels.copy(this.at(stateBefore, units, rows, index), address, rows * units);
    kernels.copy(address, this.at(states, units, rows, steps), rows * units);
  }

  undo({ kernels, rows }: StepContext): void {
    const { state, units, stateBefore } = this.parts;
    if (!state || !stateBefore) return;
    for (let i = 0; i < state.count; i++) {
      kernels.copy(state.address(i), this.at(stateBefore, units, rows, i), rows * units);
    }
    state.rewind(this.#rowsBefore);
  }

  /** Fills a state, or its gradient, with what comes from elsewhere, or with 0. */
  protected startWith({ kernels, rows }: StepContext, target: Pointer, source: number): void {
    const count = rows * this.parts.units;
    if (source === 0) kernels.fill(target.address, count, 0);
    else kernels.copy(target.address, source, count);
  }

  /** Where an output, or its gradient, has what step t put out; 0 if it has nothing of it. */
  #outputAt(address: number, t: number): number {
    const { layer, steps, units } = this.parts;
    if (layer.returnSequences) return address + 4 * (layer.flipsOutputs ? steps - 1 - t : t) * units;
    return t === steps - 1 ? address : 0;
  }

  get #outputStride(): number {
    const { layer, steps, units } = this.parts;
    return layer.returnSequences ? steps * units : units;
  }

  /** Sets outputs to 0 where they are not the state. */
  #clearOutputs(mask: StepMask, rows: number): void {
    const { y, steps, units } = this.parts;
    for (let t = 0; t < steps; t++) {
      const shown = mask.shownAt(t, rows);
      const output = this.#outputAt(y.value, t);
      if (shown === 0 || output === 0) continue;
      recurrenceKernels().clearRows(shown, output, this.#outputStride, rows, units);
    }
  }

  /** Divides the gradient of the state after step t between the step and the state before. */
  #divide(mask: StepMask, rows: number, t: number): void {
    const { y, steps, units, dThrough } = this.parts;
    const isLast = t === steps - 1;
    recurrenceKernels().divideGradient(
      mask.countsAt(t, rows),
      mask.shownAt(t, rows),
      y.gradient === 0 ? 0 : this.#outputAt(y.gradient, t),
      this.#outputStride,
      isLast ? 0 : dThrough.address,
      this.stateFactors,
      isLast ? this.dLastState(0) : this.directGradient(),
      mask.active.address,
      mask.carried.address,
      rows,
      units,
    );
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
