import { ConvolutionLayer } from "./convolution.js";
import type { ConvolutionOptions } from "./convolution.js";
import type { Pair } from "./spatial.js";

/** Options of `layers.conv2d`. */
export type Conv2DOptions = ConvolutionOptions<Pair>;

/** Filters that move over an image. */
export class Conv2D extends ConvolutionLayer {
  readonly className = "Conv2D";

  constructor(options: Conv2DOptions) {
    super("conv2d", 2, options, ["valid", "same"]);
  }
}
