// Convolutions, pools and what moves pixels, as their formulas say them, in float64.

type Numbers = ArrayLike<number>;

/** A window over images, in the order of the arguments of describeWindow. */
export interface WindowTwin {
  height: number;
  width: number;
  channels: number;
  kernelHeight: number;
  kernelWidth: number;
  strideY: number;
  strideX: number;
  dilationY: number;
  dilationX: number;
  top: number;
  left: number;
  outHeight: number;
  outWidth: number;
}

/** Every place of a window within the image: sample, output position, position in the kernel, position in x. */
export function visitWindows(
  w: WindowTwin,
  samples: number,
  visit: (out: number, at: number, pixel: number) => void,
): void {
  for (let out = 0; out < samples * w.outHeight * w.outWidth; out++) {
    const outX = out % w.outWidth;
    const outY = Math.floor(out / w.outWidth) % w.outHeight;
    const sample = Math.floor(out / (w.outWidth * w.outHeight));
    for (let at = 0; at < w.kernelHeight * w.kernelWidth; at++) {
      const y = outY * w.strideY - w.top + Math.floor(at / w.kernelWidth) * w.dilationY;
      const x = outX * w.strideX - w.left + (at % w.kernelWidth) * w.dilationX;
      if (y < 0 || y >= w.height || x < 0 || x >= w.width) continue;
      visit(out, at, (sample * w.height + y) * w.width + x);
    }
  }
}

/** Every product of a convolution: where in z, in the kernel and in x. */
function visitProducts(
  w: WindowTwin,
  { samples, filters, groups }: ConvolutionShape,
  visit: (z: number, kernel: number, x: number) => void,
): void {
  const [channels, own] = [w.channels / groups, filters / groups];
  visitWindows(w, samples, (out, at, pixel) => {
    for (let filter = 0; filter < filters; filter++) {
      const first = Math.floor(filter / own) * channels;
      for (let channel = 0; channel < channels; channel++) {
        const kernel = (at * channels + channel) * filters + filter;
        visit(out * filters + filter, kernel, pixel * w.channels + first + channel);
      }
    }
  });
}

export interface ConvolutionShape {
  samples: number;
  filters: number;
  groups: number;
}

/** z = x * kernel, without bias. */
export function convolutionTwin(
  w: WindowTwin,
  shape: ConvolutionShape,
  x: Numbers,
  kernel: Numbers,
): Float64Array {
  const z = new Float64Array(shape.samples * w.outHeight * w.outWidth * shape.filters);
  visitProducts(w, shape, (to, a, b) => (z[to] += kernel[a] * x[b]));
  return z;
}

/** The gradient of the kernel. */
export function kernelGradientTwin(
  w: WindowTwin,
  shape: ConvolutionShape,
  x: Numbers,
  dZ: Numbers,
): Float64Array {
  const size = w.kernelHeight * w.kernelWidth * (w.channels / shape.groups) * shape.filters;
  const dKernel = new Float64Array(size);
  visitProducts(w, shape, (a, to, b) => (dKernel[to] += dZ[a] * x[b]));
  return dKernel;
}

/** The gradient of the input. */
export function inputGradientTwin(
  w: WindowTwin,
  shape: ConvolutionShape,
  dZ: Numbers,
  kernel: Numbers,
): Float64Array {
  const dX = new Float64Array(shape.samples * w.height * w.width * w.channels);
  visitProducts(w, shape, (a, b, to) => (dX[to] += dZ[a] * kernel[b]));
  return dX;
}

/** The values of each window and channel, and where in x they are. */
function windowsOf(w: WindowTwin, samples: number): number[][] {
  const windows: number[][] = [];
  visitWindows(w, samples, (out, _, pixel) => {
    for (let channel = 0; channel < w.channels; channel++) {
      (windows[out * w.channels + channel] ??= []).push(pixel * w.channels + channel);
    }
  });
  return windows;
}

/** The largest value of each window, and the gradient, which the first of the largest gets. */
export function maxPoolTwin(w: WindowTwin, samples: number, x: Numbers, dY: Numbers) {
  const windows = windowsOf(w, samples);
  const y = windows.map((places) => Math.max(...places.map((place) => x[place])));
  const dX = new Float64Array(samples * w.height * w.width * w.channels);
  windows.forEach((places, i) => {
    const winner = places.find((place) => (Number.isNaN(y[i]) ? Number.isNaN(x[place]) : x[place] === y[i]));
    dX[winner as number] += dY[i];
  });
  return { y, dX };
}

/** The mean of each window, and the gradient. */
export function averagePoolTwin(w: WindowTwin, samples: number, x: Numbers, dY: Numbers) {
  const windows = windowsOf(w, samples);
  const y = windows.map((places) => places.reduce((sum, place) => sum + x[place], 0) / places.length);
  const dX = new Float64Array(samples * w.height * w.width * w.channels);
  windows.forEach((places, i) => {
    for (const place of places) dX[place] += dY[i] / places.length;
  });
  return { y, dX };
}
