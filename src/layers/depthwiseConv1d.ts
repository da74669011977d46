import type { WindowOptions } from "./convolution.js";
import { DepthwiseConvolutionLayer } from "./depthwiseConvolution.js";
import type { DepthwiseOptions } from "./depthwiseConvolution.js";
import type { Single } from "./spatial.js";

/** Options of `layers.depthwiseConv1d`. */
export interface DepthwiseConv1DOptions extends WindowOptions<Single>, DepthwiseOptions {}

/** Filters that move along a sequence and read one channel each. */
export class DepthwiseConv1D extends DepthwiseConvolutionLayer {
  readonly className = "DepthwiseConv1D";

  constructor(options: DepthwiseConv1DOptions) {
    super("depthwiseConv1d", 1, options);
  }
}
