// The kernels of the module `convolution`: layers of images and sequences.
import { data } from "#kernels/convolution";
import { KernelFamily } from "../family.js";
import { kernelsOf } from "../runtime.js";

/** `assembly/convolutionProduct.ts`; `scratch` begins with the window. */
interface ProductKernels {
  convolutionScratchFloats(depth: number, filters: number): number;
  convolutionForward(
    x: number,
    kernel: number,
    bias: number,
    preactivation: number,
    y: number,
    samples: number,
    filters: number,
    groups: number,
    activation: number,
    alpha: number,
    scratch: number,
    workspace: number,
  ): void;
  convolutionBackwardKernel(
    x: number,
    dZ: number,
    dKernel: number,
    dBias: number,
    samples: number,
    filters: number,
    groups: number,
    scratch: number,
    workspace: number,
  ): void;
  convolutionBackwardInput(
    dZ: number,
    kernel: number,
    bias: number,
    dX: number,
    samples: number,
    filters: number,
    groups: number,
    scratch: number,
    workspace: number,
  ): void;
  /** `assembly/dense.ts`. */
  sumRows(x: number, sums: number, rows: number, columns: number): void;
}

/** `assembly/window.ts`. */
interface WindowKernels {
  describeWindow(
    window: number,
    height: number,
    width: number,
    channels: number,
    kernelHeight: number,
    kernelWidth: number,
    strideY: number,
    strideX: number,
    dilationY: number,
    dilationX: number,
    top: number,
    left: number,
    outHeight: number,
    outWidth: number,
  ): void;
}

/** `assembly/pool.ts`. */
interface PoolKernels {
  maxPoolForward(window: number, x: number, y: number, samples: number): void;
  maxPoolBackward(window: number, x: number, y: number, dY: number, dX: number, samples: number): void;
  averagePoolForward(window: number, x: number, y: number, samples: number): void;
  averagePoolBackward(window: number, dY: number, dX: number, samples: number): void;
}

/** `assembly/interpolate.ts`. */
interface InterpolationKernels {
  interpolatePixels(
    x: number,
    y: number,
    samples: number,
    height: number,
    width: number,
    channels: number,
    scaleY: number,
    scaleX: number,
  ): void;
  interpolatePixelsBackward(
    dY: number,
    dX: number,
    samples: number,
    height: number,
    width: number,
    channels: number,
    scaleY: number,
    scaleX: number,
  ): void;
}

/** `assembly/pixels.ts`. */
interface PixelKernels {
  crop(
    x: number,
    y: number,
    samples: number,
    height: number,
    width: number,
    channels: number,
    top: number,
    left: number,
    outHeight: number,
    outWidth: number,
  ): void;
  pad(
    x: number,
    y: number,
    samples: number,
    height: number,
    width: number,
    channels: number,
    top: number,
    left: number,
    outHeight: number,
    outWidth: number,
  ): void;
  repeatPixels(
    x: number,
    y: number,
    lines: number,
    width: number,
    channels: number,
    scaleY: number,
    scaleX: number,
  ): void;
  sumPixels(
    dY: number,
    dX: number,
    lines: number,
    width: number,
    channels: number,
    scaleY: number,
    scaleX: number,
  ): void;
  multiplyChannels(
    x: number,
    factors: number,
    y: number,
    samples: number,
    positions: number,
    channels: number,
  ): void;
}

/**
 * The kernels of images and sequences as TypeScript sees them. Pointers are byte addresses in linear memory, counts
 * are elements; the formulas and shapes stand in the headers in `assembly/`.
 */
export interface ConvolutionKernels
  extends ProductKernels, WindowKernels, PoolKernels, InterpolationKernels, PixelKernels {}

const family = /* @__PURE__ */ new KernelFamily<ConvolutionKernels>(data);

/** The kernels of images and sequences, in the build in use. The first call compiles them. */
export function convolutionKernels(): ConvolutionKernels {
  return kernelsOf(family);
}
