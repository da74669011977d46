// What a class that users wrote must have. TypeScript sees to it; JavaScript, and memories of Keras, need a message.
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
