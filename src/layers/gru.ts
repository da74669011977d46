import type { Activation, ActivationSpec } from "../activations/activation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { WeightOptions } from "../graph/weight.js";
import { flag } from "../options.js";
import { ResetAfterOperation, ResetBeforeOperation } from "./gruOperations.js";
import { Recurrent, stepActivation } from "./recurrent.js";
import type { RecurrentOptions } from "./recurrent.js";
import type { RecurrentOperation } from "./recurrentOperation.js";
import type { SequenceParts } from "./recurrentParts.js";

/** Options of `layers.gru`. */
export interface GRUOptions extends RecurrentOptions {
  /** Of the two gates. Default sigmoid; one of those that `activation` can be. */
  recurrentActivation?: ActivationSpec;
  /**
   * Whether the reset gate acts on the product of the state rather than on the state; the bias is then [2, 3 * units], the
   * second row for that product. Default true, as in Keras.
   */
  resetAfter?: boolean;
}

/**
 * A gated recurrent unit (Cho et al. 2014; Keras's GRU). The columns of the kernels are the update gate, the reset gate and
 * the candidate for the state.
 */
export class GRU extends Recurrent {
  readonly className = "GRU";
  /** The option `recurrentActivation`, with all of its own. */
  readonly recurrentActivation: Activation;
  /** The option `resetAfter`. */
  readonly resetAfter: boolean;
  protected readonly gates = 3;

  constructor(options: GRUOptions) {
    super("gru", options, ["recurrentActivation", "resetAfter"]);
    this.recurrentActivation = stepActivation("recurrentActivation", "sigmoid", options.recurrentActivation);
    this.resetAfter = flag("resetAfter", options.resetAfter ?? true);
  }

  protected override biasOptions(options: WeightOptions): WeightOptions {
    return this.resetAfter ? { ...options, shape: [2, ...options.shape] } : options;
  }

  protected override operation(plan: PlanBuilder, parts: SequenceParts): RecurrentOperation {
    const { steps, units, columns, sums } = parts;
    const keepsSums = this.activation.needsInput || this.recurrentActivation.needsInput;
    const shared = {
      gates: keepsSums ? plan.temporary(steps * columns, true) : sums,
      dDirect: plan.temporary(units, true),
    };
    if (this.resetAfter) {
      return new ResetAfterOperation(this, parts, {
        ...shared,
        products: plan.temporary(steps * columns, true),
      });
    }
    return new ResetBeforeOperation(this, parts, {
      ...shared,
      gateKernel: plan.temporary(2 * units * units, false),
      candidateKernel: plan.temporary(units * units, false),
      product: plan.temporary(2 * units, true),
      resetStates: plan.temporary(steps * units, true),
      dGates: plan.temporary(steps * 2 * units, true),
      dCandidates: plan.temporary(steps * units, true),
      dReset: plan.temporary(units, true),
    });
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      recurrentActivation: this.recurrentActivation.config,
      resetAfter: this.resetAfter,
    };
  }
}
