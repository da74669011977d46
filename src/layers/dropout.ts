import type { MaskKey, Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { fraction, seedNumber } from "../options.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";

/** Options of `layers.dropout`. */
export interface DropoutOptions extends LayerOptions {
  /** The share of values to set to zero, from 0 up to but not including 1. */
  rate: number;
  /** Makes the masks depend on this seed alone. Default: the seed of the model and the layer's place. */
  seed?: number;
}

/**
 * In training, sets a random share of the values to zero and divides the others by 1 - rate, so that
 * the sum stays the same on average (Srivastava et al. 2014). Does nothing at prediction.
 */
export class Dropout extends Layer {
  readonly className = "Dropout";
  /** The option `rate`. */
  readonly rate: number;
  /** The option `seed`. */
  readonly seed: number | undefined;

  constructor(options: DropoutOptions) {
    super("dropout", options, ["rate", "seed"]);
    this.rate = fraction("rate", options.rate);
    if (options.seed !== undefined) this.seed = seedNumber("seed", options.seed);
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
    if (!plan.purpose.training || this.rate === 0) return plan.alias(x, x.shape);
    const y = plan.output(x.shape, [x]);
    plan.add(new DropoutOperation(this.rate, plan.maskKey(this.seed), x, y, plan.gradientOf(x)));
    return y;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed };
  }
}

/** The mask is a function of (key, step, position): backward computes it again instead of keeping it. */
class DropoutOperation implements Operation {
  constructor(
    readonly rate: number,
    readonly key: MaskKey,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {}

  forward({ kernels, rows, step }: StepContext): void {
    const { key0, key1 } = this.key;
    kernels.dropout(this.x.value, this.y.value, rows * this.x.rowSize, this.rate, key0, key1, step);
  }

  backward({ kernels, rows, step }: StepContext): void {
    const { key0, key1 } = this.key;
    kernels.dropout(this.y.gradient, this.dX.address, rows * this.x.rowSize, this.rate, key0, key1, step);
  }
}
