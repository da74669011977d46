import { factorOption, rangeOf } from "./imageOptions.js";
import type { Factor, Range } from "./imageOptions.js";
import { MOVEMENTS, RandomAffineLayer } from "./randomAffine.js";
import type { Movement, RandomAffineOptions } from "./randomAffine.js";

/** Options of `layers.randomTranslation`. */
export interface RandomTranslationOptions extends RandomAffineOptions {
  /** How far down, as a share of the height, from -1 (up) to 1: a range, or f for [-f, f]. */
  heightFactor: Factor;
  /** How far right, as a share of the width, from -1 (left) to 1: a range, or f for [-f, f]. */
  widthFactor: Factor;
}

const BOUNDS: Range = [-1, 1];

/**
 * In training, moves each image up or down and left or right by random shares of its size (Keras's
 * RandomTranslation). Does nothing at prediction.
 */
export class RandomTranslation extends RandomAffineLayer {
  readonly className = "RandomTranslation";
  /** The option `heightFactor`. */
  readonly heightFactor: Factor;
  /** The option `widthFactor`. */
  readonly widthFactor: Factor;
  protected override readonly movement: Movement;

  constructor(options: RandomTranslationOptions) {
    super("randomTranslation", options, ["heightFactor", "widthFactor"]);
    this.heightFactor = factorOption("heightFactor", options.heightFactor, BOUNDS);
    this.widthFactor = factorOption("widthFactor", options.widthFactor, BOUNDS);
    this.movement = {
      kind: MOVEMENTS.translation,
      range: rangeOf(this.heightFactor),
      other: rangeOf(this.widthFactor),
    };
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), heightFactor: this.heightFactor, widthFactor: this.widthFactor };
  }
}
