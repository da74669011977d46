// JSON from strangers: what JSON.parse lets through or hides is refused here.
import { LanegradError, show } from "../errors.js";

/** How deep objects and arrays may nest; serde_json, which other readers of these files use, has this limit. */
const DEEPEST_NESTING = 128;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses the JSON of a file's header. Of two equal keys in one object JSON.parse keeps the last without a
 * word, so that two programs can see different things in one file: that is an error here.
 *
 * @throws LanegradError INVALID_FILE if the text is not JSON, repeats a key or nests too deep
 */
export function parseHeaderText(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LanegradError(
      "INVALID_FILE",
      `the header of a safetensors file must be JSON. Received: ${show((error as Error).message)}`,
    );
  }
  checkObjects(text);
  return value;
}

/** Looks for repeated keys and deep nesting, in a text that is known to be JSON. */
function checkObjects(text: string): void {
  /** The keys so far of each object that is open, outermost first; an array has none. */
  const open: Set<string>[] = [];
  let position = 0;
  while (position < text.length) {
    const character = text[position];
    if (character === '"') {
      const end = endOfString(text, position);
      if (isKey(text, end)) addKey(open[open.length - 1], text.slice(position, end), position);
      position = end;
      continue;
    }
    if (character === "{" || character === "[") open.push(new Set());
    else if (character === "}" || character === "]") open.pop();
    if (open.length > DEEPEST_NESTING) throw tooDeep(position);
    position++;
  }
}

/** The position after the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  let position = start + 1;
  while (text.charCodeAt(position) !== QUOTE) position += text.charCodeAt(position) === BACKSLASH ? 2 : 1;
  return position + 1;
}

/** Whether the string that ends before `position` is a key: only these are followed by a colon. */
function isKey(text: string, position: number): boolean {
  let next = position;
  while (" \t\r\n".includes(text[next])) next++;
  return text[next] === ":";
}

/** Adds a key, given as it is written: different escapes can be the same key. */
function addKey(keys: Set<string>, written: string, position: number): void {
  const key = JSON.parse(written) as string;
  if (keys.has(key)) {
    throw new LanegradError(
      "INVALID_FILE",
      `the header of a safetensors file must hold each key of an object once. Received: ${show(key)} again at character ${position} of the header`,
    );
  }
  keys.add(key);
}

function tooDeep(position: number): LanegradError {
  return new LanegradError(
    "INVALID_FILE",
    `the header of a safetensors file must not nest objects and arrays deeper than ${DEEPEST_NESTING}. Received: more at character ${position} of the header`,
  );
}
