// Which entry of the package a program uses. Two would be two memories, two settings of `configure` and classes that
// do not know each other, without a word.
import { LanegradError } from "../errors.js";

const KEY = Symbol.for("lanegrad.entry");

/**
 * Notes which entry has come to use in this program.
 *
 * @throws LanegradError TWO_ENTRIES if it was another one; copies of the same entry may stand side by side
 */
export function claim(entry: string): void {
  const host = globalThis as { [KEY]?: string };
  const first = (host[KEY] ??= entry);
  if (first === entry) return;
  throw new LanegradError(
    "TWO_ENTRIES",
    `two entries of Lanegrad are in use, each with its own memory: import the same one everywhere, and bundle all of the program or none. Received: ${entry} beside ${first}`,
  );
}
