import type { Pair } from "./spatial.js";
import { TransposedConvolutionLayer } from "./transposedConvolution.js";
import type { TransposedConvolutionOptions } from "./transposedConvolution.js";

/** Options of `layers.conv2dTranspose`. */
export type Conv2DTransposeOptions = TransposedConvolutionOptions<Pair>;

/** A convolution of images the other way round. */
export class Conv2DTranspose extends TransposedConvolutionLayer {
  readonly className = "Conv2DTranspose";

  constructor(options: Conv2DTransposeOptions) {
    super("conv2dTranspose", 2, options);
  }
}
