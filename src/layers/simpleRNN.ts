import type { Activation } from "../activations/activation.js";
import type { StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Pointer } from "../graph/slot.js";
import { recurrenceKernels } from "../runtime/kernels/recurrence.js";
import { Recurrent } from "./recurrent.js";
import type { RecurrentOptions } from "./recurrent.js";
import { RecurrentOperation } from "./recurrentOperation.js";
import type { SequenceParts } from "./recurrentParts.js";

/** Options of `layers.simpleRNN`. */
export type SimpleRNNOptions = RecurrentOptions;

/** h = activation(x . kernel + h' . recurrentKernel + bias) (Elman 1990; Keras's SimpleRNN). */
export class SimpleRNN extends Recurrent {
  readonly className = "SimpleRNN";
  protected readonly gates = 1;

  constructor(options: SimpleRNNOptions) {
    super("simpleRNN", options, []);
  }

  /** @internal */
  override get outputActivation(): Activation {
    return this.activation;
  }

  protected override operation(plan: PlanBuilder, parts: SequenceParts): RecurrentOperation {
    return new SimpleRNNOperation(parts, plan.temporary(parts.units, true));
  }
}

class SimpleRNNOperation extends RecurrentOperation {
  /** @param product [rows, units], of the state */
  constructor(
    parts: SequenceParts,
    readonly product: Pointer,
  ) {
    super(parts);
  }

  protected override get dSums(): Pointer {
    return this.parts.sums;
  }

  protected override stepForward({ kernels, rows, workspace }: StepContext, t: number): void {
    const { sums, states, maskedStates, recurrent, units, layer } = this.parts;
    const { kind, alpha } = layer.activation;
    const before = this.at(maskedStates, units, rows, t);
    kernels.matMul(before, recurrent.address, this.product.address, rows, units, units, workspace);
    recurrenceKernels().simpleRnnStepForward(
      this.at(sums, units, rows, t),
      this.product.address,
      this.at(states, units, rows, t + 1),
      rows * units,
      kind as number,
      alpha,
      workspace,
    );
  }

  protected override stepBackward(context: StepContext, t: number): void {
    const { rows } = context;
    const { sums, states, units, layer } = this.parts;
    const { kind, alpha, needsInput } = layer.activation;
    const dZ = this.at(sums, units, rows, t);
    recurrenceKernels().simpleRnnStepBackward(
      this.dYAt(t),
      this.dYStride,
      this.dThroughAt(t),
      this.stateFactors,
      this.dDirectAt(t),
      needsInput ? dZ : this.at(states, units, rows, t + 1),
      dZ,
      rows,
      units,
      kind as number,
      alpha,
    );
    this.passThrough(context, dZ, t);
  }
}
