// What a class that users wrote must have and do. TypeScript sees to part of it; habits from Keras need a message.
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
 * @param written what it may have written into; `return output.fill(0)` is no mistake
 * @throws LanegradError INVALID_OPTION if it is another object
 */
export function checkNotReturned(
  part: object,
  method: string,
  result: unknown,
  ...written: readonly unknown[]
): void {
  if (typeof result !== "object" || result === null || written.includes(result)) return;
  throw invalidOption(
    `${nameOfPart(part)}.${method}`,
    "a method that writes into the arrays it gets, and returns nothing",
    result,
  );
}
