import { factorOption, rangeOf } from "./imageOptions.js";
import type { Factor } from "./imageOptions.js";
import { MOVEMENTS, RandomAffineLayer } from "./randomAffine.js";
import type { Movement, RandomAffineOptions } from "./randomAffine.js";

/** Options of `layers.randomRotation`. */
export interface RandomRotationOptions extends RandomAffineOptions {
  /** How far counter-clockwise, in whole turns, from -1 to 1: a range, or f for [-f, f]. */
  factor: Factor;
}

/**
 * In training, turns each image about its centre by a random angle (Keras's RandomRotation). Does nothing at
 * prediction.
 */
export class RandomRotation extends RandomAffineLayer {
  readonly className = "RandomRotation";
  /** The option `factor`. */
  readonly factor: Factor;
  protected override readonly movement: Movement;

  constructor(options: RandomRotationOptions) {
    super("randomRotation", options, ["factor"]);
    this.factor = factorOption("factor", options.factor, [-1, 1]);
    this.movement = { kind: MOVEMENTS.rotation, range: rangeOf(this.factor), other: undefined };
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor };
  }
}
