// What is given for several inputs or outputs at once: an array in their order, or an object by name.
import { isInstance, LanegradError, show, unknownName } from "../errors.js";

/** Whether something is an object of entries rather than data. */
export function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === "object" && data !== null && !Array.isArray(data) && !isInstance(data);
}

/**
 * Takes what was handed in for several inputs or outputs apart.
 *
 * @param what stands before each name in messages
 * @returns one entry for each name, in order
 * @throws LanegradError UNKNOWN_NAME for an entry of no name, INVALID_DATA for too few or too many
 */
export function byName(data: unknown, names: readonly string[], what: string): unknown[] {
  if (isRecord(data)) {
    const unknown = Object.keys(data).find((key) => !names.includes(key));
    if (unknown !== undefined) throw unknownName(`an entry of ${what}`, unknown, names);
    return names.map((name) => (Object.hasOwn(data, name) ? data[name] : undefined));
  }
  if (names.length === 1) return [data];
  if (Array.isArray(data) && data.length === names.length) return data;
  const received = Array.isArray(data) ? `an array of ${data.length}` : show(data);
  throw new LanegradError(
    "INVALID_DATA",
    `${what} must be an array of ${names.length} (${names.join(", ")}) or an object with these keys. Received: ${received}`,
  );
}
