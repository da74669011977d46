import type { Activation } from "../activations/activation.js";
import { applyActivation } from "../activations/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { Layer } from "./layer.js";

/** A layer that is one activation, with options of its own. */
export abstract class FixedActivation extends Layer {
  /** @internal */
  abstract readonly activation: Activation;

  override get supportsMasking(): boolean {
    return true;
  }

  /** @internal */
  override get outputActivation(): Activation {
    return this.activation;
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    return this.single(inputShapes);
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    return applyActivation(plan, x, this.activation);
  }

  override getConfig(): Record<string, unknown> {
    const { name: _, ...options } = this.activation.config;
    return { ...super.getConfig(), ...options };
  }
}
