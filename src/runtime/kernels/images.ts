import { data } from "#kernels/images";
import { KernelFamily } from "../family.js";
import { kernelsOf } from "../runtime.js";

/** `assembly/images.ts`. Flags are 0 or 1. */
export interface ImageKernels {
  transformImages(
    transforms: number,
    images: number,
    height: number,
    width: number,
    kind: number,
    low: number,
    high: number,
    lowOther: number,
    highOther: number,
    isTied: number,
    key0: number,
    key1: number,
    step: number,
  ): void;
  resampleForward(
    x: number,
    transforms: number,
    y: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    fillMode: number,
    fillValue: number,
    isNearest: number,
  ): void;
  resampleBackward(
    dY: number,
    transforms: number,
    dX: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    fillMode: number,
    isNearest: number,
  ): void;
  resizeForward(
    x: number,
    y: number,
    images: number,
    height: number,
    width: number,
    newHeight: number,
    newWidth: number,
    channels: number,
    isNearest: number,
  ): void;
  resizeBackward(
    dY: number,
    dX: number,
    images: number,
    height: number,
    width: number,
    newHeight: number,
    newWidth: number,
    channels: number,
    isNearest: number,
  ): void;
  flipImages(
    x: number,
    y: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    isHorizontal: number,
    isVertical: number,
    key0: number,
    key1: number,
    step: number,
  ): void;
  contrastForward(
    x: number,
    y: number,
    images: number,
    positions: number,
    channels: number,
    lowFactor: number,
    highFactor: number,
    low: number,
    high: number,
    key0: number,
    key1: number,
    step: number,
  ): void;
  contrastBackward(
    x: number,
    dY: number,
    dX: number,
    images: number,
    positions: number,
    channels: number,
    lowFactor: number,
    highFactor: number,
    low: number,
    high: number,
    key0: number,
    key1: number,
    step: number,
  ): void;
  brightnessForward(
    x: number,
    y: number,
    images: number,
    count: number,
    lowShift: number,
    highShift: number,
    low: number,
    high: number,
    key0: number,
    key1: number,
    step: number,
  ): void;
  brightnessBackward(
    x: number,
    dY: number,
    dX: number,
    images: number,
    count: number,
    lowShift: number,
    highShift: number,
    low: number,
    high: number,
    key0: number,
    key1: number,
    step: number,
  ): void;
}

const family = /* @__PURE__ */ new KernelFamily<ImageKernels>(data);

/** The kernels of images, in the build in use. The first call compiles them. */
export function imageKernels(): ImageKernels {
  return kernelsOf(family);
}
