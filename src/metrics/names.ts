import { LanegradError } from "../errors.js";
import { textOption } from "../options.js";

/** The option of every metric. */
export interface NameOption {
  /** The key in histories. Default: the name of the metric. */
  name?: string;
}

/** @internal The name of a metric. */
export function nameOption(options: NameOption, metric: string): string {
  return options.name === undefined ? metric : textOption("name", options.name);
}

/** @internal One of several texts. */
export function choiceOption<const T extends string>(name: string, value: unknown, known: readonly T[]): T {
  if (known.includes(value as T)) return value as T;
  throw invalidOption(name, `one of ${known.map((text) => JSON.stringify(text)).join(", ")}`, value);
}

/** @internal A number from 0 to 1. */
export function unitNumber(name: string, value: unknown): number {
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw invalidOption(name, "a number from 0 to 1", value);
}

/** @internal The error for a wrong value of an option. */
export function invalidOption(name: string, expected: string, value: unknown): LanegradError {
  const text = value === undefined ? "undefined" : JSON.stringify(value);
  return new LanegradError("INVALID_OPTION", `${name} must be ${expected}. Received: ${name}=${text}`);
}
