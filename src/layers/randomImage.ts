// What layers that change images at random have in common: they work in training alone.
import type { MaskKey, Operation } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { seedNumber } from "../options.js";
import { imageSizes } from "./imageOptions.js";
import type { ImageSizes } from "./imageOptions.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";

/** Options of layers that change images at random. */
export interface RandomImageOptions extends LayerOptions {
  /** Makes the changes depend on this seed alone. Default: the seed of the model and the layer's place. */
  seed?: number;
}

/**
 * A layer that changes each image of a batch in its own way in training, and hands it on as it is at prediction.
 * What happens to an image is a function of (key, step, place in the batch).
 */
export abstract class RandomImageLayer extends Layer {
  /** The option `seed`. */
  readonly seed: number | undefined;

  protected constructor(kind: string, options: RandomImageOptions, known: readonly string[]) {
    super(kind, options, ["seed", ...known]);
    if (options.seed !== undefined) this.seed = seedNumber("seed", options.seed);
  }

  /** The operation of a plan that trains. */
  protected abstract operation(
    plan: PlanBuilder,
    key: MaskKey,
    sizes: ImageSizes,
    x: Slot,
    y: Slot,
  ): Operation;

  /** @internal */
  override get outputActivation(): "input" {
    return "input";
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    imageSizes(this.name, shape);
    return shape;
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    if (!plan.purpose.training) return plan.alias(x, x.shape);
    const y = plan.output(x.shape, [x]);
    plan.add(this.operation(plan, plan.maskKey(this.seed), imageSizes(this.name, x.shape), x, y));
    return y;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), seed: this.seed };
  }
}
