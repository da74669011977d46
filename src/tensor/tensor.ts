import { LanegradError, show, showShape } from "../errors.js";
import { invalidOption } from "../options.js";
import { copyNested, isNumericArray, shapeOfNested, sizeOf } from "./nested.js";
import type { NestedArray, NumericArray } from "./nested.js";

/** Numbers in nested arrays, as `toArray` returns them. */
export type ArrayOf = number | ArrayOf[];

/**
 * An array of float32 with a shape. It owns its data: nothing it holds lies in the memory of the
 * kernels, so there is nothing to free.
 */
export class Tensor {
  /** The values, row-major: the last axis varies fastest. */
  readonly data: Float32Array;
  /** The length of each axis; empty for a single number. */
  readonly shape: readonly number[];

  /** @internal Takes the array over without copying it. */
  constructor(data: Float32Array, shape: readonly number[]) {
    this.data = data;
    this.shape = Object.freeze([...shape]);
  }

  /** The number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** The number of values. */
  get size(): number {
    return this.data.length;
  }

  /** The values as nested arrays, one level for each axis. A tensor of no axes gives a number. */
  toArray(): ArrayOf {
    let position = 0;
    const level = (axis: number): ArrayOf => {
      if (axis === this.rank) return this.data[position++];
      return Array.from({ length: this.shape[axis] }, () => level(axis + 1));
    };
    return level(0);
  }

  /**
   * The index of the largest value along an axis; the first one where several are equal.
   *
   * @param axis the axis to search, counted from the end if negative; default -1, the last
   * @returns one index for each place of the other axes, row-major
   * @throws LanegradError INVALID_OPTION if there is no such axis
   */
  argMax(axis = -1): Int32Array {
    const resolved = axis < 0 ? axis + this.rank : axis;
    if (!Number.isInteger(axis) || resolved < 0 || resolved >= this.rank) {
      throw invalidOption("axis", `an axis of a tensor of shape ${showShape(this.shape)}`, axis);
    }
    const length = this.shape[resolved];
    const inner = sizeOf(this.shape.slice(resolved + 1));
    const outer = sizeOf(this.shape.slice(0, resolved));
    const result = new Int32Array(outer * inner);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const start = o * length * inner + i;
        let best = 0;
        for (let j = 1; j < length; j++) {
          if (this.data[start + j * inner] > this.data[start + best * inner]) best = j;
        }
        result[o * inner + i] = best;
      }
    }
    return result;
  }

  /**
   * A copy of a part.
   *
   * @param begin where it starts on each axis; a number means the first axis
   * @param size how long it is on each axis; what is missing or -1 reaches to the end
   * @throws LanegradError INVALID_OPTION if the part reaches outside the tensor
   */
  slice(begin: number | readonly number[], size?: number | readonly number[]): Tensor {
    const begins = typeof begin === "number" ? [begin] : (begin ?? []);
    const sizes = typeof size === "number" ? [size] : (size ?? []);
    const start = this.shape.map((_, axis) => begins[axis] ?? 0);
    const shape = this.shape.map((length, axis) => {
      const wanted = sizes[axis] ?? -1;
      return wanted === -1 ? length - start[axis] : wanted;
    });
    const inside = this.shape.every(
      (length, axis) =>
        Number.isInteger(start[axis]) &&
        Number.isInteger(shape[axis]) &&
        start[axis] >= 0 &&
        shape[axis] >= 0 &&
        start[axis] + shape[axis] <= length,
    );
    if (!inside || begins.length > this.rank || sizes.length > this.rank) {
      throw new LanegradError(
        "INVALID_OPTION",
        `slice must lie within shape ${showShape(this.shape)}. Received: begin=${show(begin)}, size=${show(size)}`,
      );
    }
    const result = new Float32Array(sizeOf(shape));
    let written = 0;
    const copy = (axis: number, offset: number): void => {
      if (axis === this.rank) {
        result[written++] = this.data[offset];
        return;
      }
      const inner = sizeOf(this.shape.slice(axis + 1));
      for (let i = 0; i < shape[axis]; i++) copy(axis + 1, offset + (start[axis] + i) * inner);
    };
    copy(0, 0);
    return new Tensor(result, shape);
  }

  /** Writes the shape and the values to the console. */
  print(): void {
    console.log(this.toString());
  }

  /** The shape, and below it the values as nested arrays. */
  toString(): string {
    return `Tensor ${showShape(this.shape)}\n${JSON.stringify(this.toArray())}`;
  }

  /** Does nothing: a tensor holds ordinary memory. For code that comes from TensorFlow.js. */
  dispose(): void {}
}

/** What can become a tensor. */
export type TensorLike = Tensor | NestedArray | NumericArray | number;

/**
 * Makes a tensor. The values are copied.
 *
 * @param values a number, nested arrays, a typed array (with or without a shape) or a tensor
 * @param shape the length of each axis; default: that of the nesting
 * @throws LanegradError INVALID_DATA for ragged arrays or entries that are no numbers
 * @throws LanegradError SHAPE_MISMATCH if the number of values does not fit the shape
 */
export function tensor(values: TensorLike, shape?: readonly number[]): Tensor {
  const made = fromValues(values, "values");
  if (shape === undefined) return made;
  if (
    !Array.isArray(shape) ||
    sizeOf(shape) !== made.size ||
    shape.some((n) => !Number.isInteger(n) || n < 0)
  ) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `tensor with ${made.size} values cannot have this shape. Received: shape=${show(shape)}`,
    );
  }
  return new Tensor(made.data, shape);
}

/** @internal `tensor` with the name that error messages use. */
export function fromValues(values: unknown, name: string): Tensor {
  if (values instanceof Tensor) return new Tensor(values.data.slice(), values.shape);
  if (typeof values === "number") return new Tensor(Float32Array.of(values), []);
  if (isNumericArray(values)) return new Tensor(Float32Array.from(values), [values.length]);
  const shape = shapeOfNested(values, name);
  const data = new Float32Array(sizeOf(shape));
  copyNested(values, shape, data, 0, name);
  return new Tensor(data, shape);
}

/** @internal The same without a copy of tensors and float32 arrays, for what is read once and not kept. */
export function readValues(values: unknown, name: string): Tensor {
  if (values instanceof Tensor) return values;
  return values instanceof Float32Array ? new Tensor(values, [values.length]) : fromValues(values, name);
}
