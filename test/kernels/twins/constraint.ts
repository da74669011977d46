// Constraints in float64.

const EPSILON = 1e-7;

/** Changes each vector w[o, :, i] to the norm rate clip(n, minimum, maximum) + (1 - rate) n. */
export function constrainNormTwin(
  w: ArrayLike<number>,
  [outer, reduced, inner]: readonly number[],
  minimum: number,
  maximum: number,
  rate: number,
): Float64Array {
  const result = Float64Array.from(w);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const places = Array.from({ length: reduced }, (_, r) => (o * reduced + r) * inner + i);
      const norm = Math.sqrt(places.reduce((sum, place) => sum + w[place] ** 2, 0));
      const desired = rate * Math.min(Math.max(norm, minimum), maximum) + (1 - rate) * norm;
      for (const place of places) result[place] = (w[place] * desired) / (EPSILON + norm);
    }
  }
  return result;
}
