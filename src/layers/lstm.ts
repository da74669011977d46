import type { Activation, ActivationSpec } from "../activations/activation.js";
import type { StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Pointer } from "../graph/slot.js";
import type { WeightOptions } from "../graph/weight.js";
import { Initializer } from "../initializers/initializer.js";
import { flag } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { recurrenceKernels } from "../runtime/kernels/recurrence.js";
import type { Key } from "../runtime/random.js";
import { Recurrent, stepActivation } from "./recurrent.js";
import type { RecurrentOptions } from "./recurrent.js";
import { addressIfWanted, RecurrentOperation } from "./recurrentOperation.js";
import type { SequenceParts } from "./recurrentParts.js";

/** Options of `layers.lstm`. */
export interface LSTMOptions extends RecurrentOptions {
  /** Of the three gates. Default sigmoid; one of those that `activation` can be. */
  recurrentActivation?: ActivationSpec;
  /** Whether the bias of the forget gate begins with ones (Jozefowicz et al. 2015). Default true. */
  unitForgetBias?: boolean;
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; Keras's LSTM). The columns of the kernels are the input gate,
 * the forget gate, what is added to the cell, and the output gate.
 */
export class LSTM extends Recurrent {
  readonly className = "LSTM";
  /** The option `recurrentActivation`, with all of its own. */
  readonly recurrentActivation: Activation;
  /** The option `unitForgetBias`. */
  readonly unitForgetBias: boolean;
  protected readonly gates = 4;
  /** @internal */
  override readonly stateCount = 2;

  constructor(options: LSTMOptions) {
    super("lstm", options, ["recurrentActivation", "unitForgetBias"]);
    this.recurrentActivation = stepActivation("recurrentActivation", "sigmoid", options.recurrentActivation);
    this.unitForgetBias = flag("unitForgetBias", options.unitForgetBias ?? true);
  }

  protected override biasOptions(options: WeightOptions): WeightOptions {
    if (!this.unitForgetBias) return options;
    return { ...options, initializer: new ForgetGateOfOnes(options.initializer) };
  }

  protected override operation(plan: PlanBuilder, parts: SequenceParts): RecurrentOperation {
    const { steps, units, columns } = parts;
    const keepsSums = this.activation.needsInput || this.recurrentActivation.needsInput;
    return new LSTMOperation(this, parts, {
      product: plan.temporary(columns, true),
      gates: keepsSums ? plan.temporary(steps * columns, true) : parts.sums,
      cells: plan.temporary((steps + 1) * units, true),
      activated: plan.temporary(steps * units, true),
      dCells: plan.temporary(units, true),
      carriedCells: plan.temporary(parts.mask === undefined ? 0 : units, true),
    });
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      recurrentActivation: this.recurrentActivation.config,
      unitForgetBias: this.unitForgetBias,
    };
  }
}

/** Ones for the forget gate, and another initializer for the rest of the bias. */
class ForgetGateOfOnes extends Initializer {
  readonly name = "forgetGateOfOnes";

  constructor(readonly others: Initializer) {
    super("forgetGateOfOnes", {}, []);
  }

  protected override write(k: Kernels, pointer: number, shape: readonly number[], key: Key): void {
    const units = shape[0] / 4;
    this.others.fill(k, pointer, shape, key);
    k.fill(pointer + 4 * units, units, 1);
  }
}

interface LSTMMemory {
  /** [rows, 4 units], of the state. */
  readonly product: Pointer;
  /** [steps, rows, 4 units], in backward their gradients. */
  readonly gates: Pointer;
  /** [steps + 1, rows, units], from the one before the first step. */
  readonly cells: Pointer;
  /** [steps, rows, units], the activation of the cells. */
  readonly activated: Pointer;
  /** [rows, units]. */
  readonly dCells: Pointer;
  /** [rows, units], the gradients of cells in rows that do not count in a step; nothing without a mask. */
  readonly carriedCells: Pointer;
}

class LSTMOperation extends RecurrentOperation {
  constructor(
    readonly layer: LSTM,
    parts: SequenceParts,
    readonly memory: LSTMMemory,
  ) {
    super(parts);
  }

  protected override get dSums(): Pointer {
    return this.memory.gates;
  }

  protected override beginForward(context: StepContext): void {
    this.startWith(context, this.memory.cells, this.firstState(1));
  }

  protected override stepForward({ kernels, rows, workspace }: StepContext, t: number): void {
    const { sums, states, maskedStates, recurrent, units, columns } = this.parts;
    const { product, gates, cells, activated } = this.memory;
    const { activation, recurrentActivation } = this.layer;
    const before = this.at(maskedStates, units, rows, t);
    kernels.matMul(before, recurrent.address, product.address, rows, columns, units, workspace);
    recurrenceKernels().lstmStepForward(
      this.at(sums, columns, rows, t),
      product.address,
      this.at(gates, columns, rows, t),
      this.at(cells, units, rows, t),
      this.at(cells, units, rows, t + 1),
      this.at(activated, units, rows, t),
      this.at(states, units, rows, t + 1),
      rows,
      units,
      activation.kind as number,
      activation.alpha,
      recurrentActivation.kind as number,
      recurrentActivation.alpha,
      workspace,
    );
    this.carry(cells, rows, t);
  }

  protected override endForward(context: StepContext): void {
    const { kernels, rows } = context;
    const { lastStates, units, steps } = this.parts;
    this.keepState(context, this.memory.cells, 1);
    if (lastStates.length === 0) return;
    kernels.copy(lastStates[1].value, this.at(this.memory.cells, units, rows, steps), rows * units);
  }

  protected override beginBackward(context: StepContext): void {
    this.startWith(context, this.memory.dCells, this.dLastState(1));
  }

  protected override stepBackward(context: StepContext, t: number): void {
    const { rows } = context;
    const { sums, units, columns } = this.parts;
    const { gates, cells, activated, dCells } = this.memory;
    const { activation, recurrentActivation } = this.layer;
    const z = this.at(sums, columns, rows, t);
    const dZ = this.at(gates, columns, rows, t);
    const active = this.at(activated, units, rows, t);
    this.#divideCells(rows, t);
    recurrenceKernels().lstmStepBackward(
      this.dYAt(t),
      this.dYStride,
      this.dThroughAt(t),
      this.stateFactors,
      this.dDirectAt(t),
      dZ,
      activation.needsInput ? z : dZ,
      recurrentActivation.needsInput ? z : dZ,
      this.at(cells, units, rows, t),
      activation.needsInput ? this.at(cells, units, rows, t + 1) : active,
      active,
      dCells.address,
      dZ,
      rows,
      units,
      activation.kind as number,
      activation.alpha,
      recurrentActivation.kind as number,
      recurrentActivation.alpha,
    );
    const { mask } = this.parts;
    if (mask !== undefined) {
      context.kernels.addInPlace(dCells.address, this.memory.carriedCells.address, rows * units);
    }
    this.passThrough(context, dZ, t);
  }

  /** With a mask, leaves the rows of dCells to step t that count in it, and puts the others aside. */
  #divideCells(rows: number, t: number): void {
    const { mask, units } = this.parts;
    if (mask === undefined) return;
    const { dCells, carriedCells } = this.memory;
    const { address } = dCells;
    const counts = mask.countsAt(t, rows);
    recurrenceKernels().divideGradient(counts, 0, 0, 0, 0, 0, address, address, carriedCells.address, rows, units); // prettier-ignore
  }

  protected override endBackward({ kernels, rows }: StepContext): void {
    const { dFirstStates, units } = this.parts;
    if (dFirstStates.length === 0) return;
    const target = addressIfWanted(dFirstStates[1]);
    if (target !== 0) kernels.copy(target, this.memory.dCells.address, rows * units);
  }
}
