import { LanegradError } from "./lanegradError.js";

export { LanegradError } from "./lanegradError.js";
export type { ErrorCode } from "./lanegradError.js";

const LONGEST_VALUE = 60;

/** A value as an error message shows it, cut to a readable length. */
export function show(value: unknown): string {
  let text: string;
  if (typeof value === "string") text = JSON.stringify(value);
  else if (typeof value === "function") text = `function ${nameOf(value) || "(anonymous)"}`;
  else if (typeof value === "object" && value !== null) text = showObject(value);
  else text = String(value) + (typeof value === "bigint" ? "n" : "");
  return shorten(text);
}

/** A text cut to a readable length. */
export function shorten(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}...` : text;
}

/** An object may be from a file and call itself anything, nest too deep for the stack, or throw when read. */
function showObject(value: object): string {
  try {
    const kind = nameOf(classOf(value));
    if (ArrayBuffer.isView(value)) return `${kind}(${(value as Float32Array).length})`;
    if (kind !== "" && kind !== "Object" && kind !== "Array") return `a ${kind}`;
    return JSON.stringify(value) ?? "an object";
  } catch {
    return Array.isArray(value) ? `an array of ${value.length}` : "an object";
  }
}

/** The class by the prototype: JSON can have a key "constructor", too. */
function classOf(value: object): unknown {
  const prototype = Object.getPrototypeOf(value) as { constructor?: unknown } | null;
  return prototype?.constructor;
}

/** The name of a function; a class can have a static member of that name instead. */
function nameOf(value: unknown): string {
  return typeof value === "function" && typeof value.name === "string" ? value.name : "";
}

/** Whether a value is an instance of a class rather than a plain object or an array, in any realm. */
export function isInstance(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype !== null && Object.getPrototypeOf(prototype) !== null;
}

/** What messages say of a value that may be made by another entry of the package. */
export const OF_THIS_ENTRY =
  "of the entry in use (lanegrad and lanegrad/slim do not know each other's classes: import all from one)";

/** A shape as an error message shows it; null is the batch axis. */
export function showShape(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => size ?? "null").join(", ")}]`;
}

function plain(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

/** The candidate that takes the fewest edits to reach from `name`, if it is a likely misspelling. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > LONGEST_VALUE) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.ceil(name.length / 2));
  for (const candidate of candidates) {
    const distance = editDistance(plain(name), plain(candidate));
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** The error for a name that is not among the known ones, with the nearest right one. */
export function unknownName(kind: string, name: unknown, known: readonly string[]): LanegradError {
  const guess = typeof name === "string" ? nearest(name, known) : undefined;
  const hint = guess === undefined ? "" : ` Did you mean ${show(guess)}?`;
  return new LanegradError(
    "UNKNOWN_NAME",
    `${kind} must be one of ${known.join(", ")}.${hint} Received: ${show(name)}`,
  );
}
