/** The beginning of a text that may be of any length, for a message or a label. */
export function shorten(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}
