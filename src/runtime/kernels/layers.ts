// The kernels of the module `layers`: those of layers beside the dense core.
import { data } from "#kernels/layers";
import { KernelFamily } from "../family.js";
import { kernelsOf } from "../runtime.js";

/** `assembly/activity.ts`. */
interface ActivityKernels {
  columnAbsMaxInto(x: number, destination: number, rows: number, columns: number): void;
  squaredDifference(a: number, b: number, count: number): number;
}

/** `assembly/affine.ts`. */
interface AffineKernels {
  scaleShift(
    x: number,
    center: number,
    scale: number,
    shift: number,
    y: number,
    rows: number,
    columns: number,
  ): void;
}

/** `assembly/batchedProduct.ts`. */
interface BatchedProductKernels {
  batchedMatMul(
    a: number,
    b: number,
    c: number,
    batches: number,
    m: number,
    n: number,
    k: number,
    transposedA: number,
    transposedB: number,
  ): void;
  batchedMatMulBackward(
    a: number,
    b: number,
    dC: number,
    dA: number,
    dB: number,
    batches: number,
    m: number,
    n: number,
    k: number,
    transposedA: number,
    transposedB: number,
  ): void;
}

/** `assembly/batchNormMask.ts`. */
interface BatchNormMaskKernels {
  gatherSteps(x: number, mask: number, y: number, count: number, columns: number): number;
  batchNormBackwardSteps(
    x: number,
    dY: number,
    mask: number,
    gamma: number,
    mean: number,
    inverseStandardDeviation: number,
    dGamma: number,
    dBeta: number,
    dX: number,
    steps: number,
    inner: number,
    channels: number,
    counting: number,
  ): void;
}

/** `assembly/broadcast.ts`. */
interface BroadcastKernels {
  broadcastForward(
    kind: number,
    a: number,
    b: number,
    y: number,
    n0: number,
    n1: number,
    n2: number,
    n3: number,
    n4: number,
    aAxes: number,
    bAxes: number,
  ): void;
  broadcastBackwardFirst(
    kind: number,
    a: number,
    b: number,
    dY: number,
    dA: number,
    n0: number,
    n1: number,
    n2: number,
    n3: number,
    n4: number,
    aAxes: number,
    bAxes: number,
  ): void;
  broadcastBackwardSecond(
    kind: number,
    a: number,
    b: number,
    dY: number,
    dB: number,
    n0: number,
    n1: number,
    n2: number,
    n3: number,
    n4: number,
    aAxes: number,
    bAxes: number,
  ): void;
}

/** `assembly/copies.ts`. */
interface CopiesKernels {
  copyStrided(
    source: number,
    sourceStride: number,
    destination: number,
    destinationStride: number,
    length: number,
    count: number,
  ): void;
  permute(
    x: number,
    y: number,
    n0: number,
    n1: number,
    n2: number,
    n3: number,
    n4: number,
    s0: number,
    s1: number,
    s2: number,
    s3: number,
    s4: number,
  ): void;
  repeatForward(x: number, y: number, outer: number, repeats: number, inner: number): void;
  repeatBackward(dY: number, dX: number, outer: number, repeats: number, inner: number): void;
}

/** `assembly/embedding.ts`. */
interface EmbeddingKernels {
  embeddingForward(table: number, indices: number, y: number, count: number, width: number): void;
  embeddingBackward(
    indices: number,
    dY: number,
    dTable: number,
    count: number,
    tableRows: number,
    width: number,
  ): void;
  firstBadIndex(indices: number, count: number, tableRows: number): number;
}

/** `assembly/masks.ts`. */
interface MaskKernels {
  findSteps(x: number, value: number, mask: number, count: number, columns: number): void;
  keepSteps(x: number, mask: number, value: number, y: number, count: number, columns: number): void;
  eitherStep(a: number, b: number, y: number, count: number): void;
  weighSteps(mask: number, sampleWeight: number, weights: number, rows: number, steps: number): void;
  meanOfStepsForward(x: number, mask: number, y: number, rows: number, steps: number, columns: number): void;
  meanOfStepsBackward(
    dY: number,
    mask: number,
    dX: number,
    rows: number,
    steps: number,
    columns: number,
  ): void;
}

/** `assembly/maxout.ts`. */
interface MaxoutKernels {
  maxoutForward(x: number, y: number, count: number, pieces: number): void;
  maxoutBackward(x: number, dY: number, dX: number, count: number, pieces: number): void;
}

/** `assembly/noise.ts`. */
interface NoiseKernels {
  gaussianNoise(
    x: number,
    y: number,
    count: number,
    standardDeviation: number,
    key0: number,
    key1: number,
    step: number,
  ): void;
  gaussianDropout(
    x: number,
    y: number,
    count: number,
    rate: number,
    key0: number,
    key1: number,
    step: number,
  ): void;
  alphaDropoutForward(
    x: number,
    y: number,
    count: number,
    rate: number,
    key0: number,
    key1: number,
    step: number,
  ): void;
  alphaDropoutBackward(
    dY: number,
    dX: number,
    count: number,
    rate: number,
    key0: number,
    key1: number,
    step: number,
  ): void;
}

/** `assembly/unitNormAlong.ts`. */
interface UnitNormKernels {
  unitNormAlongForward(
    x: number,
    y: number,
    outer: number,
    length: number,
    inner: number,
    epsilon: number,
  ): void;
  unitNormAlongBackward(
    x: number,
    dY: number,
    dX: number,
    outer: number,
    length: number,
    inner: number,
    epsilon: number,
  ): void;
}

/**
 * The kernels of layers as TypeScript sees them. Pointers are byte addresses in linear memory, counts and
 * strides are elements; the formulas and shapes stand in the headers in `assembly/`.
 */
export interface LayerKernels
  extends
    ActivityKernels,
    AffineKernels,
    BatchedProductKernels,
    BatchNormMaskKernels,
    BroadcastKernels,
    CopiesKernels,
    EmbeddingKernels,
    MaskKernels,
    MaxoutKernels,
    NoiseKernels,
    UnitNormKernels {}

const family = /* @__PURE__ */ new KernelFamily<LayerKernels>(data);

/** The kernels of layers, in the build in use. The first call compiles them. */
export function layerKernels(): LayerKernels {
  return kernelsOf(family);
}
