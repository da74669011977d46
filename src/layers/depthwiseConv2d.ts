import type { WindowOptions } from "./convolution.js";
import { DepthwiseConvolutionLayer } from "./depthwiseConvolution.js";
import type { DepthwiseOptions } from "./depthwiseConvolution.js";
import type { Pair } from "./spatial.js";

/** Options of `layers.depthwiseConv2d`. */
export interface DepthwiseConv2DOptions extends WindowOptions<Pair>, DepthwiseOptions {}

/** Filters that move over an image and read one channel each. */
export class DepthwiseConv2D extends DepthwiseConvolutionLayer {
  readonly className = "DepthwiseConv2D";

  constructor(options: DepthwiseConv2DOptions) {
    super("depthwiseConv2d", 2, options);
  }
}
