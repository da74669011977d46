// The kernels of self-organizing maps as their formulas say them, in float64.
type Numbers = ArrayLike<number>;

/** Where a unit stands. */
function place(unit: number, columns: number, isHexagonal: boolean): [number, number] {
  const [row, column] = [Math.floor(unit / columns), unit % columns];
  return isHexagonal ? [row * Math.sqrt(0.75), column + (row % 2) / 2] : [row, column];
}

export function gridDistanceTwin(a: number, b: number, columns: number, isHexagonal: boolean): number {
  const [from, to] = [place(a, columns, isHexagonal), place(b, columns, isHexagonal)];
  return Math.hypot(from[0] - to[0], from[1] - to[1]);
}

export function areNeighboursTwin(a: number, b: number, columns: number, isHexagonal: boolean): boolean {
  return a !== b && gridDistanceTwin(a, b, columns, isHexagonal) < (isHexagonal ? 1.1 : 1.5);
}

/** The shares of all pairs of units, in the order of the kinds. */
export function neighbourhoodTwin(
  units: number,
  columns: number,
  isHexagonal: boolean,
  kind: number,
  radius: number,
): Float64Array {
  return Float64Array.from({ length: units * units }, (_, i) => {
    const distance = gridDistanceTwin(Math.floor(i / units), i % units, columns, isHexagonal);
    const ratio = (distance / radius) ** 2;
    return [Math.exp(-ratio / 2), ratio <= 1 + 1e-9 ? 1 : 0, Math.max(0, 1 - ratio)][kind];
  });
}

/** The distance between row i of x and row j of weights. */
export function distanceTwin(x: Numbers, i: number, weights: Numbers, j: number, features: number): number {
  let sum = 0;
  for (let f = 0; f < features; f++) sum += (x[i * features + f] - weights[j * features + f]) ** 2;
  return Math.sqrt(sum);
}

/** All units, the nearest first, the lowest of equal ones first. */
export function rankingTwin(
  x: Numbers,
  row: number,
  weights: Numbers,
  features: number,
  units: number,
): number[] {
  const distances = Array.from({ length: units }, (_, j) => distanceTwin(x, row, weights, j, features));
  return distances.map((_, j) => j).sort((a, b) => distances[a] - distances[b] || a - b);
}

/** Weights after a batch step. */
export function batchStepTwin(
  x: Numbers,
  best: readonly number[],
  weights: Numbers,
  shares: Numbers,
  features: number,
  units: number,
): Float64Array {
  const moved = Float64Array.from(weights);
  for (let unit = 0; unit < units; unit++) {
    const total = best.reduce((sum, other) => sum + shares[unit * units + other], 0);
    if (total === 0) continue;
    for (let f = 0; f < features; f++) {
      const sum = best.reduce((all, other, i) => all + shares[unit * units + other] * x[i * features + f], 0);
      moved[unit * features + f] = sum / total;
    }
  }
  return moved;
}

/** Weights after online steps, and the sum of the distances. */
export function onlineTwin(
  x: Numbers,
  order: readonly number[],
  weights: Numbers,
  shares: Numbers,
  rate: number,
  features: number,
  units: number,
): { weights: Float64Array; total: number } {
  const moved = Float64Array.from(weights);
  let total = 0;
  for (const row of order) {
    const [best] = rankingTwin(x, row, moved, features, units);
    total += distanceTwin(x, row, moved, best, features);
    for (let at = 0; at < moved.length; at++) {
      const share = shares[Math.floor(at / features) * units + best];
      moved[at] += rate * share * (x[row * features + (at % features)] - moved[at]);
    }
  }
  return { weights: moved, total };
}
