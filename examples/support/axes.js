// What charts have in common: round numbers for an axis, and places on it.

/** From one range to another, in hundredths. */
export function scale(value, low, high, start, end) {
  return Math.round((start + ((value - low) / (high - low)) * (end - start)) * 100) / 100;
}

/** Round numbers, 1, 2 or 5 times a power of ten apart, from below the least value to above the greatest. */
export function ticksBetween(least, greatest, most = 6) {
  const range = greatest - least || Math.abs(greatest) || 1;
  const power = 10 ** Math.floor(Math.log10(range / most));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => range / size <= most);
  const first = Math.floor(least / step);
  const last = Math.max(Math.ceil(greatest / step), first + 1);
  // 3 * 0.1 is 0.30000000000000004; the ticks should read 0.3.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
