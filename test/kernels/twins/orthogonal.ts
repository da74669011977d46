// The orthogonal penalty in float64, pair by pair.

const SMALLEST_NORM = 1e-7;
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i], 0);

/** What the penalty on some vectors is, its gradient, and the product of two vectors nearest to 0. */
export function orthogonalTwin(
  vectors: readonly (readonly number[])[],
  factor: number,
): { value: number; gradient: number[][]; nearest: number } {
  const norms = vectors.map((vector) => Math.sqrt(dot(vector, vector)));
  const units = vectors.map((vector, v) => vector.map((value) => value / Math.max(norms[v], SMALLEST_NORM)));
  const dUnits = vectors.map((vector) => vector.map(() => 0));
  const slope = factor / ((vectors.length * (vectors.length - 1)) / 2);
  let value = 0;
  let nearest = Infinity;
  for (let i = 0; i < units.length; i++) {
    for (let j = 0; j < i; j++) {
      const product = dot(units[i], units[j]);
      nearest = Math.min(nearest, Math.abs(product));
      value += slope * Math.abs(product);
      for (let e = 0; e < units[i].length; e++) {
        dUnits[i][e] += slope * Math.sign(product) * units[j][e];
        dUnits[j][e] += slope * Math.sign(product) * units[i][e];
      }
    }
  }
  const gradient = units.map((unit, v) => {
    const along = norms[v] > SMALLEST_NORM ? dot(dUnits[v], unit) : 0;
    return unit.map((u, e) => (dUnits[v][e] - along * u) / Math.max(norms[v], SMALLEST_NORM));
  });
  return { value, gradient, nearest };
}
