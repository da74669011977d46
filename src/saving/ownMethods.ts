// What a class that users wrote must have and do. TypeScript sees to part of it; habits from Keras need a message.
import type { LanegradError } from "../errors.js";
import { invalidOption } from "../options.js";
import { nameOfPart } from "./registry.js";

/**
 * @param part an instance of a user's class
 * @param method what is about to be called
 * @throws LanegradError INVALID_OPTION if it has no such method
 */
export function checkOwnMethod<Part extends object>(part: Part, method: keyof Part & string): void {
  if (typeof part[method] !== "function") {
    throw invalidOption(`${nameOfPart(part)}.${method}`, "a method", part[method]);
  }
}

/**
 * Arrays that a method returns, as in Keras, would be lost: it has to write into those that it gets.
 *
 * @param result what a user's method returned
 * @param given what it got, to which it may have written; `return output.fill(0)` is no mistake
 * @throws LanegradError INVALID_OPTION if it is another object
 */
export function checkNotReturned(
  part: object,
  method: string,
  result: unknown,
  ...given: readonly unknown[]
): void {
  if (typeof result !== "object" || result === null || result === part || given.includes(result)) return;
  if (given.some((one) => isPartOf(result, one))) return;
  throw wasReturned(part, method, result);
}

/** The error for a method that returned what it had to write. */
export function wasReturned(part: object, method: string, result: unknown): LanegradError {
  const expected = "a method that writes into the arrays it gets, and returns nothing";
  return invalidOption(`${nameOfPart(part)}.${method}`, expected, result);
}

/** Whether an array is a view of another's values, such as `output.subarray(1)`. */
function isPartOf(result: object, whole: unknown): boolean {
  if (!ArrayBuffer.isView(result) || !ArrayBuffer.isView(whole) || result.buffer !== whole.buffer)
    return false;
  const offset = result.byteOffset - whole.byteOffset;
  return offset >= 0 && offset + result.byteLength <= whole.byteLength;
}
