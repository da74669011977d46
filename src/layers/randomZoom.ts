import { invalidOption } from "../options.js";
import { factorOption, rangeOf } from "./imageOptions.js";
import type { Factor } from "./imageOptions.js";
import { MOVEMENTS, RandomAffineLayer } from "./randomAffine.js";
import type { Movement, RandomAffineOptions } from "./randomAffine.js";

/** Options of `layers.randomZoom`. */
export interface RandomZoomOptions extends RandomAffineOptions {
  /**
   * How much more of the image's height is seen, greater than -1, at most 1: a range, or f for [-f, f]. Positive
   * numbers make things smaller.
   */
  heightFactor: Factor;
  /** The same of the width. Default: the number that was drawn for the height, which keeps proportions. */
  widthFactor?: Factor;
}

function zoomFactor(name: string, value: unknown): Factor {
  const factor = factorOption(name, value, [-1, 1]);
  const numbers = typeof factor === "number" ? [factor] : factor;
  if (numbers.every((number) => number > -1)) return factor;
  throw invalidOption(name, "greater than -1, where nothing of an image is seen", value);
}

/** In training, zooms each image in or out about its centre (Keras's RandomZoom). Does nothing at prediction. */
export class RandomZoom extends RandomAffineLayer {
  readonly className = "RandomZoom";
  /** The option `heightFactor`. */
  readonly heightFactor: Factor;
  /** The option `widthFactor`. */
  readonly widthFactor: Factor | undefined;
  protected override readonly movement: Movement;

  constructor(options: RandomZoomOptions) {
    super("randomZoom", options, ["heightFactor", "widthFactor"]);
    this.heightFactor = zoomFactor("heightFactor", options.heightFactor);
    if (options.widthFactor !== undefined) this.widthFactor = zoomFactor("widthFactor", options.widthFactor);
    this.movement = {
      kind: MOVEMENTS.zoom,
      range: rangeOf(this.heightFactor),
      other: this.widthFactor === undefined ? undefined : rangeOf(this.widthFactor),
    };
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), heightFactor: this.heightFactor, widthFactor: this.widthFactor };
  }
}
