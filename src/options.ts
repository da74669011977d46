// Checks of what users write into options. Each throws before anything has changed.
import { LanegradError, nearest, shorten, show } from "./errors.js";

/** A key that nobody has. */
declare const none: unique symbol;

/** What takes no options takes an empty object; anything else is refused where it is written. */
export interface NoOptions {
  /** No option. */
  readonly [none]?: never;
}

/** The error for an option of the wrong kind. */
export function invalidOption(name: string, expected: string, value: unknown): LanegradError {
  return new LanegradError("INVALID_OPTION", `${name} must be ${expected}. Received: ${name}=${show(value)}`);
}

/** Options must be an object whose keys are all known. */
export function checkKeys(owner: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new LanegradError(
      "INVALID_OPTION",
      `${owner} takes an object of options. Received: ${show(options)}`,
    );
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const guess = nearest(key, known);
    const hint = guess === undefined ? `The options are ${known.join(", ")}.` : `Did you mean ${guess}?`;
    throw new LanegradError(
      "UNKNOWN_OPTION",
      `${owner} has no option ${shorten(key)}. ${hint} Received: ${show(options)}`,
    );
  }
}

export function positiveInteger(name: string, value: unknown): number {
  if (!Number.isInteger(value) || (value as number) <= 0)
    throw invalidOption(name, "a positive integer", value);
  return value as number;
}

export function nonNegativeInteger(name: string, value: unknown): number {
  if (!Number.isInteger(value) || (value as number) < 0)
    throw invalidOption(name, "an integer, 0 or more", value);
  return value as number;
}

/** An array of positive integers. */
export function shapeOption(name: string, value: unknown): number[] {
  if (!Array.isArray(value) || !value.every((size) => Number.isInteger(size) && size > 0)) {
    throw invalidOption(name, "an array of positive integers", value);
  }
  return [...value];
}

/** A text that is not empty. */
export function textOption(name: string, value: unknown): string {
  if (typeof value !== "string" || value === "") throw invalidOption(name, "a text", value);
  return value;
}

export function finiteNumber(name: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value))
    throw invalidOption(name, "a finite number", value);
  return value;
}

export function nonNegative(name: string, value: unknown): number {
  if (typeof value !== "number" || !(value >= 0) || value === Infinity) {
    throw invalidOption(name, "a number, 0 or more", value);
  }
  return value;
}

export function positive(name: string, value: unknown): number {
  if (typeof value !== "number" || !(value > 0) || value === Infinity) {
    throw invalidOption(name, "a number greater than 0", value);
  }
  return value;
}

/** A number in [0, 1): rates, decays, splits. */
export function fraction(name: string, value: unknown): number {
  if (typeof value !== "number" || !(value >= 0 && value < 1)) {
    throw invalidOption(name, "a number from 0 up to but not including 1", value);
  }
  return value;
}

/** A number in [0, 1]. */
export function proportion(name: string, value: unknown): number {
  if (typeof value !== "number" || !(value >= 0 && value <= 1))
    throw invalidOption(name, "a number from 0 to 1", value);
  return value;
}

export function flag(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw invalidOption(name, "true or false", value);
  return value;
}

/** A seed: a whole number from 0 to 2^53 - 1. */
export function seedNumber(name: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw invalidOption(name, "a whole number from 0 to 2^53 - 1", value);
  }
  return value as number;
}
