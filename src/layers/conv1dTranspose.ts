import type { Single } from "./spatial.js";
import { TransposedConvolutionLayer } from "./transposedConvolution.js";
import type { TransposedConvolutionOptions } from "./transposedConvolution.js";

/** Options of `layers.conv1dTranspose`. */
export type Conv1DTransposeOptions = TransposedConvolutionOptions<Single>;

/** A convolution of sequences the other way round. */
export class Conv1DTranspose extends TransposedConvolutionLayer {
  readonly className = "Conv1DTranspose";

  constructor(options: Conv1DTransposeOptions) {
    super("conv1dTranspose", 1, options);
  }
}
