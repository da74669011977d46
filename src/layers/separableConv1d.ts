import { SeparableConvolutionLayer } from "./separableConvolution.js";
import type { SeparableConvolutionOptions } from "./separableConvolution.js";
import type { Single } from "./spatial.js";

/** Options of `layers.separableConv1d`. */
export type SeparableConv1DOptions = SeparableConvolutionOptions<Single>;

/** Filters that move along a sequence and read one channel each, and then ones that mix what these found, step by step. */
export class SeparableConv1D extends SeparableConvolutionLayer {
  readonly className = "SeparableConv1D";

  constructor(options: SeparableConv1DOptions) {
    super("separableConv1d", 1, options);
  }
}
