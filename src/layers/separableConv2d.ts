import { SeparableConvolutionLayer } from "./separableConvolution.js";
import type { SeparableConvolutionOptions } from "./separableConvolution.js";
import type { Pair } from "./spatial.js";

/** Options of `layers.separableConv2d`. */
export type SeparableConv2DOptions = SeparableConvolutionOptions<Pair>;

/** Filters that move over an image and read one channel each, and then ones that mix what these found, pixel by pixel. */
export class SeparableConv2D extends SeparableConvolutionLayer {
  readonly className = "SeparableConv2D";

  constructor(options: SeparableConv2DOptions) {
    super("separableConv2d", 2, options);
  }
}
