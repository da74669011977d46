import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { checkKeys } from "../options.js";
import { l1L2 } from "../regularizers/index.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";

/** Options of `layers.activityRegularization`. */
export interface ActivityRegularizationOptions extends Omit<LayerOptions, "activityRegularizer"> {
  /** The factor of the sum of |x|, 0 or more. Default 0. */
  l1?: number;
  /** The factor of the sum of x^2, 0 or more. Default 0. */
  l2?: number;
}

/**
 * Hands its input on and adds (l1 sum |x| + l2 sum x^2) / rows of the batch to the loss (Keras's
 * ActivityRegularization).
 */
export class ActivityRegularization extends Layer {
  readonly className = "ActivityRegularization";
  /** The option `l1`. */
  readonly l1: number;
  /** The option `l2`. */
  readonly l2: number;

  constructor(options: ActivityRegularizationOptions = {}) {
    checkKeys("activityRegularization", options, ["l1", "l2", "name", "trainable", "inputShape"]);
    const { l1 = 0, l2 = 0, ...base } = options;
    super("activityRegularization", { ...base, activityRegularizer: l1L2({ l1, l2 }) }, []);
    this.l1 = l1;
    this.l2 = l2;
  }

  override get supportsMasking(): boolean {
    return true;
  }

  /** @internal */
  override get outputActivation(): "input" {
    return "input";
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    return this.single(inputShapes);
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    return plan.alias(x, x.shape);
  }

  override getConfig(): Record<string, unknown> {
    const { activityRegularizer: _, ...config } = super.getConfig();
    return { ...config, l1: this.l1, l2: this.l2 };
  }
}
