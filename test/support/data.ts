// Small data for tests.

/** Distinct pseudo-random values in [-scale, scale). */
export function values(count: number, seed = 0, scale = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z = (z + Math.imul(z ^ (z >>> 7), z | 61)) ^ z;
    return scale * ((((z ^ (z >>> 14)) >>> 8) - 2 ** 23) / 2 ** 23);
  });
}

/** Rows of pseudo-random values. */
export function rows(count: number, columns: number, seed = 0, scale = 1): number[][] {
  const flat = values(count * columns, seed, scale);
  return Array.from({ length: count }, (_, i) => Array.from(flat.subarray(i * columns, (i + 1) * columns)));
}

/** The code of the error that a function throws; fails if it throws none. */
export function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  throw new Error("nothing was thrown");
}
