import { LanegradError, showShape } from "../errors.js";
import { finiteNumber } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import type { Key } from "../runtime/random.js";
import { memory } from "../runtime/runtime.js";
import { sizeOf } from "../tensor/nested.js";
import { Initializer } from "./initializer.js";
import type { RandomOptions } from "./initializer.js";

/** Options of `orthogonal`. */
export interface OrthogonalOptions extends RandomOptions {
  /** A factor on every value. Default 1. */
  gain?: number;
}

/**
 * A random orthogonal matrix (Saxe et al. 2014; Keras's OrthogonalInitializer). The shape is flattened
 * to [all axes but the last, last]; the columns are orthonormal, or the rows if there are fewer of them.
 */
export class Orthogonal extends Initializer {
  readonly name = "orthogonal";
  readonly gain: number;

  constructor(options: OrthogonalOptions) {
    super("initializers.orthogonal", options, ["gain", "seed"]);
    this.gain = finiteNumber("gain", options.gain ?? 1);
  }

  protected override write(k: Kernels, pointer: number, shape: readonly number[], key: Key): void {
    if (shape.length < 2) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `orthogonal needs a shape of two axes or more. Received: shape ${showShape(shape)}`,
      );
    }
    const columns = shape[shape.length - 1];
    const rows = sizeOf(shape) / columns;
    k.randomNormal(pointer, rows * columns, 0, 1, key[0], key[1], 0);
    const start = pointer >>> 2;
    const target = memory().floats.subarray(start, start + rows * columns);
    const isTall = rows >= columns;
    const length = Math.max(rows, columns);
    const count = Math.min(rows, columns);
    const at = (vector: number, i: number): number => (isTall ? i * columns + vector : vector * columns + i);
    const vectors = Array.from({ length: count }, (_, vector) =>
      Float64Array.from({ length }, (_, i) => target[at(vector, i)]),
    );
    orthonormalise(vectors);
    vectors.forEach((vector, v) => vector.forEach((value, i) => (target[at(v, i)] = this.gain * value)));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), gain: this.gain };
  }
}

/**
 * Gram-Schmidt in double precision, each vector twice, which is enough for orthogonality to rounding
 * error. Of random normal vectors it gives a uniformly distributed orthogonal matrix, as QR with the
 * signs of R's diagonal taken out does.
 */
function orthonormalise(vectors: readonly Float64Array[]): void {
  vectors.forEach((vector, v) => {
    for (let round = 0; round < 2; round++) {
      for (const earlier of vectors.slice(0, v)) {
        const projection = dot(vector, earlier);
        for (let i = 0; i < vector.length; i++) vector[i] -= projection * earlier[i];
      }
    }
    const length = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < vector.length; i++) vector[i] /= length;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
