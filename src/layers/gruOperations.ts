// The time steps of gated recurrent units, with the reset gate after the product of the state or before it.
import type { StepContext } from "../graph/operation.js";
import type { Pointer } from "../graph/slot.js";
import { recurrenceKernels } from "../runtime/kernels/recurrence.js";
import type { GRU } from "./gru.js";
import { addressIfWanted, RecurrentOperation } from "./recurrentOperation.js";
import type { SequenceParts } from "./recurrentParts.js";

interface GRUMemory {
  /** [steps, rows, 3 units], in the end the gradients of `sums`. */
  readonly gates: Pointer;
  /** [rows, units], what of the gradient of a state goes on to the one before as it is. */
  readonly dDirect: Pointer;
}

abstract class GRUOperation<Memory extends GRUMemory> extends RecurrentOperation {
  constructor(
    readonly layer: GRU,
    parts: SequenceParts,
    readonly memory: Memory,
  ) {
    super(parts);
  }

  protected override get dSums(): Pointer {
    return this.memory.gates;
  }

  protected override directGradient(): number {
    return this.memory.dDirect.address;
  }

  protected override beginBackward(context: StepContext): void {
    if (this.dLastState(0) !== 0) this.startWith(context, this.memory.dDirect, this.dLastState(0));
  }

  /** Whether `dDirect` holds something when backward comes to step t. */
  protected hasDirect(t: number): number {
    const { mask, steps } = this.parts;
    return Number(mask === undefined && (t < steps - 1 || this.dLastState(0) !== 0));
  }

  /** With a mask, adds what passes the step by to what goes on from it. */
  protected addCarried({ kernels, rows }: StepContext): void {
    const { mask, units } = this.parts;
    if (mask === undefined) return;
    kernels.addInPlace(this.memory.dDirect.address, mask.carried.address, rows * units);
  }
}

interface ResetAfterMemory extends GRUMemory {
  /** [steps, rows, 3 units], the states' products, in backward their gradients. */
  readonly products: Pointer;
}

/** @internal The reset gate multiplies the product of the state. */
export class ResetAfterOperation extends GRUOperation<ResetAfterMemory> {
  protected override stepForward({ kernels, rows, workspace }: StepContext, t: number): void {
    const { sums, states, maskedStates, recurrent, bias, units, columns } = this.parts;
    const { activation, recurrentActivation } = this.layer;
    const product = this.at(this.memory.products, columns, rows, t);
    const before = this.at(maskedStates, units, rows, t);
    const b = bias === undefined ? 0 : bias.address + 4 * columns;
    kernels.denseForward(before, recurrent.address, b, 0, product, rows, units, columns, 0, 0, workspace);
    recurrenceKernels().gruStepForward(
      this.at(sums, columns, rows, t),
      product,
      this.at(this.memory.gates, columns, rows, t),
      this.at(states, units, rows, t),
      this.at(states, units, rows, t + 1),
      rows,
      units,
      activation.kind as number,
      activation.alpha,
      recurrentActivation.kind as number,
      recurrentActivation.alpha,
      workspace,
    );
  }

  protected override stepBackward(context: StepContext, t: number): void {
    const { rows } = context;
    const { sums, states, units, columns } = this.parts;
    const { gates, products, dDirect } = this.memory;
    const { activation, recurrentActivation } = this.layer;
    const z = this.at(sums, columns, rows, t);
    const dZ = this.at(gates, columns, rows, t);
    const product = this.at(products, columns, rows, t);
    recurrenceKernels().gruStepBackward(
      this.dYAt(t),
      this.dYStride,
      this.dThroughAt(t),
      this.stateFactors,
      dDirect.address,
      this.hasDirect(t),
      dZ,
      activation.needsInput ? z : dZ,
      recurrentActivation.needsInput ? z : dZ,
      this.at(states, units, rows, t),
      product,
      dZ,
      rows,
      units,
      activation.kind as number,
      activation.alpha,
      recurrentActivation.kind as number,
      recurrentActivation.alpha,
    );
    this.addCarried(context);
    this.passThrough(context, product, t);
  }

  protected override recurrentGradients({ kernels, rows, workspace }: StepContext): void {
    const { maskedStates, dRecurrentKernel, dBias, steps, units, columns } = this.parts;
    const { address } = maskedStates;
    const dZ = this.memory.products.address;
    const dKernel = dRecurrentKernel.address;
    const dRow = addressIfWanted(dBias);
    const b = dRow === 0 ? 0 : dRow + 4 * columns;
    kernels.denseBackwardWeights(address, dZ, dKernel, b, steps * rows, units, columns, workspace);
  }
}

interface ResetBeforeMemory extends GRUMemory {
  /** [units, 2 units], the columns of the gates in the kernel of the states; in the end their gradient. */
  readonly gateKernel: Pointer;
  /** [units, units], the others. */
  readonly candidateKernel: Pointer;
  /** [rows, 2 units], a product with one of them. */
  readonly product: Pointer;
  /** [steps, rows, units], the states times the reset gate. */
  readonly resetStates: Pointer;
  /** [steps, rows, 2 units], the gradients of what goes into the gates. */
  readonly dGates: Pointer;
  /** [steps, rows, units], the gradients of what goes into the activation. */
  readonly dCandidates: Pointer;
  /** [rows, units]. */
  readonly dReset: Pointer;
}

/** @internal The reset gate multiplies the state before its product, so a step has two products. */
export class ResetBeforeOperation extends GRUOperation<ResetBeforeMemory> {
  protected override beginForward(): void {
    const { recurrent, units, columns } = this.parts;
    const { gateKernel, candidateKernel } = this.memory;
    const { copyColumns } = recurrenceKernels();
    copyColumns(recurrent.address, columns, gateKernel.address, 2 * units, 2 * units, units);
    copyColumns(recurrent.address + 8 * units, columns, candidateKernel.address, units, units, units);
  }

  protected override stepForward({ kernels, rows, workspace }: StepContext, t: number): void {
    const { sums, states, maskedStates, units, columns } = this.parts;
    const { gateKernel, candidateKernel, product, resetStates } = this.memory;
    const { activation, recurrentActivation } = this.layer;
    const recurrence = recurrenceKernels();
    const z = this.at(sums, columns, rows, t);
    const gates = this.at(this.memory.gates, columns, rows, t);
    const before = this.at(maskedStates, units, rows, t);
    const reset = this.at(resetStates, units, rows, t);
    kernels.matMul(before, gateKernel.address, product.address, rows, 2 * units, units, workspace);
    recurrence.gruGatesForward(
      z,
      product.address,
      gates,
      before,
      reset,
      rows,
      units,
      recurrentActivation.kind as number,
      recurrentActivation.alpha,
      workspace,
    );
    kernels.matMul(reset, candidateKernel.address, product.address, rows, units, units, workspace);
    recurrence.gruCandidateForward(
      z,
      product.address,
      gates,
      this.at(states, units, rows, t),
      this.at(states, units, rows, t + 1),
      rows,
      units,
      activation.kind as number,
      activation.alpha,
      workspace,
    );
  }

  protected override stepBackward(context: StepContext, t: number): void {
    const { kernels, rows, workspace } = context;
    const { sums, states, maskedStates, units, columns, dThrough } = this.parts;
    const { gateKernel, candidateKernel, dReset, dDirect } = this.memory;
    const { activation, recurrentActivation } = this.layer;
    const recurrence = recurrenceKernels();
    const z = this.at(sums, columns, rows, t);
    const gates = this.at(this.memory.gates, columns, rows, t);
    const dGates = this.at(this.memory.dGates, 2 * units, rows, t);
    const dCandidates = this.at(this.memory.dCandidates, units, rows, t);
    const recurrentSources = recurrentActivation.needsInput ? z : gates;
    const recurrentKind = recurrentActivation.kind as number;
    const recurrentAlpha = recurrentActivation.alpha;
    recurrence.gruCandidateBackward(
      this.dYAt(t),
      this.dYStride,
      this.dThroughAt(t),
      this.stateFactors,
      dDirect.address,
      this.hasDirect(t),
      gates,
      activation.needsInput ? z : gates,
      recurrentSources,
      this.at(states, units, rows, t),
      dGates,
      dCandidates,
      rows,
      units,
      activation.kind as number,
      activation.alpha,
      recurrentKind,
      recurrentAlpha,
    );
    this.addCarried(context);
    kernels.matMulTransposedB(
      dCandidates,
      candidateKernel.address,
      dReset.address,
      rows,
      units,
      units,
      workspace,
    );
    recurrence.gruResetBackward(
      dReset.address,
      gates,
      recurrentSources,
      this.at(maskedStates, units, rows, t),
      dGates,
      rows,
      units,
      recurrentKind,
      recurrentAlpha,
    );
    kernels.matMulTransposedB(
      dGates,
      gateKernel.address,
      dThrough.address,
      rows,
      units,
      2 * units,
      workspace,
    );
    kernels.addInPlace(dThrough.address, dReset.address, rows * units);
  }

  /** Brings the gradients of `sums` together. */
  protected override endBackward({ rows }: StepContext): void {
    const { steps, units, columns } = this.parts;
    const { gates, dGates, dCandidates } = this.memory;
    const { copyColumns } = recurrenceKernels();
    copyColumns(dGates.address, 2 * units, gates.address, columns, 2 * units, steps * rows);
    copyColumns(dCandidates.address, units, gates.address + 8 * units, columns, units, steps * rows);
  }

  protected override recurrentGradients({ kernels, rows, workspace }: StepContext): void {
    const { maskedStates, dRecurrentKernel, steps, units, columns } = this.parts;
    const { resetStates, dGates, dCandidates, gateKernel, candidateKernel } = this.memory;
    const { copyColumns } = recurrenceKernels();
    const target = dRecurrentKernel.address;
    const all = steps * rows;
    // No step needs the kernels any more.
    kernels.matMulTransposedA(
      maskedStates.address,
      dGates.address,
      gateKernel.address,
      units,
      2 * units,
      all,
      workspace,
    );
    kernels.matMulTransposedA(
      resetStates.address,
      dCandidates.address,
      candidateKernel.address,
      units,
      units,
      all,
      workspace,
    );
    copyColumns(gateKernel.address, 2 * units, target, columns, 2 * units, units);
    copyColumns(candidateKernel.address, units, target + 8 * units, columns, units, units);
  }
}
