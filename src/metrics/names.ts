import { invalidOption, textOption } from "../options.js";

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

/** Beyond this many, thresholds or classes, a metric asks for more memory than a machine has. */
const MOST_THRESHOLDS = 100_000;
const MOST_CLASSES = 4096;

/** @internal A number of thresholds. */
export function thresholdCount(value: unknown, least: number): number {
  return countOption("numThresholds", value, least, MOST_THRESHOLDS);
}

/** @internal The number of classes of a confusion matrix. */
export function classCount(value: unknown): number {
  return countOption("numClasses", value, 1, MOST_CLASSES);
}

function countOption(name: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
    return value as number;
  throw invalidOption(name, `a whole number from ${least} to ${most}`, value);
}
