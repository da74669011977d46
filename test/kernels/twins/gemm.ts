// Naive float64 twins of the matrix products.

/** A product and, for error bounds, the same with absolute values. */
export interface Product {
  values: Float64Array;
  magnitudes: Float64Array;
}

/** C[i, j] = bias[j] + sum over kk of a(i, kk) * b(kk, j). */
export function product(
  m: number,
  n: number,
  k: number,
  a: (i: number, kk: number) => number,
  b: (kk: number, j: number) => number,
  bias?: ArrayLike<number>,
): Product {
  const values = new Float64Array(m * n);
  const magnitudes = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = bias === undefined ? 0 : bias[j];
      let magnitude = Math.abs(sum);
      for (let kk = 0; kk < k; kk++) {
        const term = a(i, kk) * b(kk, j);
        sum += term;
        magnitude += Math.abs(term);
      }
      values[i * n + j] = sum;
      magnitudes[i * n + j] = magnitude;
    }
  }
  return { values, magnitudes };
}

/** The error that rounding may cause in a product of depth k: 2 * k * 2^-24 * sum |a||b|. */
export function productBound(k: number, magnitudes: Float64Array): (index: number) => number {
  return (index) => 2 * Math.max(k, 1) * 2 ** -24 * magnitudes[index];
}
