// Round numbers for the axes of a drawing.

const MOST_TICKS = 5;

/** Round numbers, 1, 2 or 5 times a power of ten apart, from below the least value to above the greatest. */
export function ticksBetween(least: number, greatest: number): number[] {
  const range = greatest - least || Math.abs(greatest) || 1;
  const power = 10 ** Math.floor(Math.log10(range / MOST_TICKS));
  const step =
    [1, 2, 5, 10].map((factor) => factor * power).find((size) => range / size <= MOST_TICKS) ?? range;
  const first = Math.floor(least / step);
  const last = Math.max(Math.ceil(greatest / step), first + 1);
  // 3 * 0.1 is 0.30000000000000004; the ticks should read 0.3.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** From one range to another, in hundredths. */
export function scale(value: number, low: number, high: number, start: number, end: number): number {
  return Math.round((start + ((value - low) / (high - low)) * (end - start)) * 100) / 100;
}

/** A tick as its axis shows it. */
export function tickText(tick: number): string {
  const size = Math.abs(tick);
  return size >= 1e5 || (size !== 0 && size < 1e-3) ? tick.toExponential() : tick.toLocaleString("en");
}
