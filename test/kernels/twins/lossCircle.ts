// The circle loss in float64, as Keras writes it. Its gradient is by differences.

export interface CircleParameters {
  gamma: number;
  margin: number;
  withItself: boolean;
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

function logSumExp(values: number[]): number {
  if (values.length === 0) return -Infinity;
  const largest = Math.max(...values);
  return largest + Math.log(sum(values.map((value) => Math.exp(value - largest))));
}

/** The loss of each row. */
export function circleTwin(
  labels: readonly number[],
  embeddings: readonly (readonly number[])[],
  { gamma, margin, withItself }: CircleParameters,
): number[] {
  return embeddings.map((own, i) => {
    const distances = embeddings.map((other) => Math.max(1 - sum(own.map((x, k) => x * other[k])), 0));
    const same = distances
      .filter((_, j) => labels[j] === labels[i] && (withItself || i !== j))
      .map((d) => -gamma * Math.max(margin + d, 0) * (margin - d));
    const others = distances
      .filter((_, j) => labels[j] !== labels[i])
      .map((d) => gamma * Math.max(1 + margin - d, 0) * (1 - margin - d));
    const both = logSumExp(same) + logSumExp(others);
    return Math.max(both, 0) + Math.log1p(Math.exp(-Math.abs(both)));
  });
}

/** The gradient of a function of rows, by central differences with Richardson's extrapolation. */
export function differences(
  value: (embeddings: number[][]) => number,
  embeddings: readonly (readonly number[])[],
): number[] {
  return embeddings.flatMap((own, i) =>
    own.map((x, k) => {
      const at = (step: number): number => {
        const moved = embeddings.map((row) => [...row]);
        moved[i][k] = x + step;
        return value(moved);
      };
      return (4 * (at(2e-5) - at(-2e-5)) - (at(4e-5) - at(-4e-5)) / 2) / 12e-5;
    }),
  );
}
