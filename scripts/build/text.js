// Bytes as text of as few letters as may be, for src/runtime/load/text.ts, which has the format.

const LETTERS = 88;
const FIRST_LETTER = "&".charCodeAt(0);
const BACKSLASH = "\\".charCodeAt(0);
const SHIFTS = ["", "#", "$"];

/** A text of printable letters without quotes or backslashes: one or two for each byte. */
export function toText(bytes) {
  return Array.from(bytes, (byte) => {
    const code = FIRST_LETTER + (byte % LETTERS);
    return SHIFTS[Math.floor(byte / LETTERS)] + String.fromCharCode(code < BACKSLASH ? code : code + 1);
  }).join("");
}
