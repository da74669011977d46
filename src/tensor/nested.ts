// Nested arrays and typed arrays of numbers, as users hand them in.
import { isInstance, LanegradError, OF_THIS_ENTRY, show, showShape } from "../errors.js";

/** Any typed array of numbers. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** Numbers in arrays of any depth, true being 1 and false 0; a typed array may stand for the innermost ones. */
export type NestedArray = readonly (number | boolean)[] | readonly NumericArray[] | readonly NestedArray[];

/** Whether a value is a typed array of numbers (BigInt arrays are not). */
export function isNumericArray(value: unknown): value is NumericArray {
  // What is left out begins with these letters: BigInt64Array, BigUint64Array and DataView.
  return ArrayBuffer.isView(value) && !/^[BD]/.test((value as Float32Array)[Symbol.toStringTag]);
}

/** The most axes that data may have. An array that holds itself has no end. */
const DEEPEST = 64;

export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis];
  return size;
}

/**
 * The shape of nested arrays, from their first elements. `copyNested` checks that the others agree.
 *
 * @throws LanegradError INVALID_DATA if the value is not an array.
 */
export function shapeOfNested(values: unknown, name: string): number[] {
  if (!Array.isArray(values) && !isNumericArray(values)) {
    const tensors = isInstance(values) && !ArrayBuffer.isView(values) ? ` or a tensor ${OF_THIS_ENTRY}` : "";
    throw new LanegradError(
      "INVALID_DATA",
      `${name} must be an array of numbers${tensors}. Received: ${show(values)}`,
    );
  }
  const shape: number[] = [];
  let level: unknown = values;
  while (Array.isArray(level) || isNumericArray(level)) {
    if (shape.length === DEEPEST) {
      throw new LanegradError(
        "INVALID_DATA",
        `${name} must nest arrays at most ${DEEPEST} deep. Received: more, or an array inside itself`,
      );
    }
    shape.push(level.length);
    if (level.length === 0 || isNumericArray(level)) break;
    level = level[0];
  }
  return shape;
}

/**
 * Copies nested arrays of the given shape into `target` from `offset` on, row-major.
 *
 * @throws LanegradError INVALID_DATA for a ragged array or an entry that is no number.
 */
export function copyNested(
  values: unknown,
  shape: readonly number[],
  target: Float32Array | Float64Array,
  offset: number,
  name: string,
): void {
  copyLevel(values, shape, 0, target, offset, name, []);
}

function copyLevel(
  values: unknown,
  shape: readonly number[],
  axis: number,
  target: Float32Array | Float64Array,
  offset: number,
  name: string,
  path: number[],
): number {
  const isTyped = isNumericArray(values);
  if (!isTyped && !Array.isArray(values)) throw ragged(name, shape, path, show(values));
  if (values.length !== shape[axis] || (isTyped && axis !== shape.length - 1)) {
    throw ragged(name, shape, path, `an array of length ${values.length}`);
  }
  if (axis < shape.length - 1) {
    for (let i = 0; i < values.length; i++) {
      offset = copyLevel(values[i], shape, axis + 1, target, offset, name, [...path, i]);
    }
    return offset;
  }
  if (isTyped) {
    target.set(values, offset);
    return offset + values.length;
  }
  for (let i = 0; i < values.length; i++) {
    const value: unknown = values[i];
    if (typeof value !== "number" && typeof value !== "boolean")
      throw notANumber(name, [...path, i], value, shape, axis);
    target[offset++] = value as number;
  }
  return offset;
}

/** What to do about texts among numbers. */
export const TEXT_HINT =
  "Text labels become numbers with preprocessing.labelEncoder(), numbers in text with Number().";

function at(name: string, path: readonly number[]): string {
  return name + path.map((index) => `[${index}]`).join("");
}

function ragged(
  name: string,
  shape: readonly number[],
  path: readonly number[],
  received: string,
  expected = `an array of length ${shape[path.length]}`,
): LanegradError {
  return new LanegradError(
    "INVALID_DATA",
    `${name} is ragged: its first entries give the shape ${showShape(shape)}, so ${at(name, path)} must be ${expected}. Received: ${received}`,
  );
}

function notANumber(
  name: string,
  path: readonly number[],
  value: unknown,
  shape: readonly number[],
  axis: number,
): LanegradError {
  if (Array.isArray(value) || isNumericArray(value)) {
    return ragged(name, shape, path, show(value), `a number at depth ${axis + 1}`);
  }
  const hint = typeof value === "string" ? ` ${TEXT_HINT}` : "";
  return new LanegradError(
    "INVALID_DATA",
    `${at(name, path)} must be a number.${hint} Received: ${show(value)}`,
  );
}
