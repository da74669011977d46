import { ConvolutionLayer } from "./convolution.js";
import type { ConvolutionOptions } from "./convolution.js";
import type { Padding, Single } from "./spatial.js";

/** Options of `layers.conv1d`; the padding "causal" puts all zeros before the sequence. */
export type Conv1DOptions = ConvolutionOptions<Single, Padding | "causal">;

/** Filters that move along a sequence. */
export class Conv1D extends ConvolutionLayer {
  readonly className = "Conv1D";

  constructor(options: Conv1DOptions) {
    super("conv1d", 1, options, ["valid", "same", "causal"]);
  }
}
