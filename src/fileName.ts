import { LanegradError, show, unknownName } from "./errors.js";

/** A part of a file name: text, or a field with how to write it. */
type Part = string | { readonly key: string; readonly format: string };

/** Text, a doubled brace, or a field in braces; anything else with a brace is an error. */
const PART = /\{\{|\}\}|\{([A-Za-z_]\w*)(?::([^{}]*))?\}|[^{}]+/gy;

/** Python's formats of numbers, those that file names need: 02d, .2f, 6.3f, .1e. */
const FORMAT = /^(0?)(\d*)(?:\.(\d+))?([dfe])$/;

/**
 * A file name with fields as in Keras: {epoch}, {epoch:02d}, {val_loss:.2f}; {{ and }} are braces.
 *
 * @returns the name for values by key
 * @throws LanegradError INVALID_OPTION for a field that cannot be read; the function it returns throws
 * UNKNOWN_NAME for a key that has no value
 */
export function fileName(path: unknown): (values: Readonly<Record<string, number>>) => string {
  if (typeof path !== "string" || path === "") throw invalid(path, "must be a text");
  const parts = partsOf(path);
  return (values) =>
    parts
      .map((part) => {
        if (typeof part === "string") return part;
        const { key, format } = part;
        if (!Object.hasOwn(values, key)) throw unknownName(`field in ${path}`, key, Object.keys(values));
        return formatted(values[key], format);
      })
      .join("");
}

function partsOf(path: string): Part[] {
  const parts: Part[] = [];
  let read = 0;
  for (const [text, key, format = ""] of path.matchAll(PART)) {
    read += text.length;
    if (key === undefined) parts.push(text === "{{" ? "{" : text === "}}" ? "}" : text);
    else if (format === "" || FORMAT.test(format)) parts.push({ key, format });
    else throw invalid(path, `takes fields such as {epoch:02d} and {val_loss:.2f}, not {${key}:${format}}`);
  }
  if (read < path.length) throw invalid(path, "must have its braces in pairs, {epoch} or {{");
  return parts;
}

function formatted(value: number, format: string): string {
  const match = FORMAT.exec(format);
  if (match === null || !Number.isFinite(value)) return String(value);
  const [, zero, width, digits, kind] = match;
  const precision = digits === undefined ? 6 : Number(digits);
  const size = Math.abs(value);
  let text = String(Math.round(size));
  if (kind === "f") text = size.toFixed(precision);
  else if (kind === "e") text = size.toExponential(precision).replace(/([+-])(\d)$/, "$10$2");
  const sign = value < 0 ? "-" : "";
  const missing = Math.max(0, Number(width) - sign.length - text.length);
  return zero === "0" ? sign + "0".repeat(missing) + text : " ".repeat(missing) + sign + text;
}

function invalid(path: unknown, expected: string): LanegradError {
  return new LanegradError("INVALID_OPTION", `path ${expected}. Received: path=${show(path)}`);
}
