import { activatedShape, toActivation } from "../activations/activation.js";
import type { Activation, ActivationSpec } from "../activations/activation.js";
import { applyActivation } from "../activations/operation.js";
import { invalidOption } from "../options.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";

/** Options of `layers.activation`. */
export interface ActivationOptions extends LayerOptions {
  /** The function, by name or with its options; must be given. */
  activation: ActivationSpec;
}

/** y = activation(x), a layer of its own. */
export class ActivationLayer extends Layer {
  readonly className = "Activation";
  /** The option `activation`, with all of its own. */
  readonly activation: Activation;

  constructor(options: ActivationOptions) {
    super("activation", options, ["activation"]);
    if (options.activation === undefined) {
      throw invalidOption("activation", "given", options.activation);
    }
    this.activation = toActivation("activation", options.activation);
  }

  override get supportsMasking(): boolean {
    return true;
  }

  /** @internal */
  override get outputActivation(): Activation | "input" {
    return this.activation.kind === 0 ? "input" : this.activation;
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    return activatedShape(this.activation, this.single(inputShapes));
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    return applyActivation(plan, x, this.activation);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), activation: this.activation.config };
  }
}
