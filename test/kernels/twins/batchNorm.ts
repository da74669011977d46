// Batch normalisation as its formulas say it, in float64.

type Numbers = ArrayLike<number>;

export interface Statistics {
  mean: Float64Array;
  variance: Float64Array;
}

/** Mean and biased variance of each column. */
export function statisticsTwin(x: Numbers, rows: number, channels: number): Statistics {
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  for (let i = 0; i < rows * channels; i++) mean[i % channels] += x[i] / rows;
  for (let i = 0; i < rows * channels; i++) variance[i % channels] += (x[i] - mean[i % channels]) ** 2 / rows;
  return { mean, variance };
}

/**
 * The same of the steps that count, as Keras's BatchNormalization has it: it divides by their number and a little more, so
 * that nothing has the mean and the variance 0.
 *
 * @param mask a number for each step, which may hold several rows
 */
export function maskedStatisticsTwin(x: Numbers, mask: Numbers, channels: number): Statistics {
  const columns = x.length / mask.length;
  const counts = (i: number): boolean => mask[Math.floor(i / columns)] !== 0;
  const counting = Array.from(mask).filter((value) => value !== 0).length * (columns / channels) + 1e-7;
  const [mean, variance] = [new Float64Array(channels), new Float64Array(channels)];
  for (let i = 0; i < x.length; i++) if (counts(i)) mean[i % channels] += x[i] / counting;
  for (let i = 0; i < x.length; i++) {
    if (counts(i)) variance[i % channels] += (x[i] - mean[i % channels]) ** 2 / counting;
  }
  return { mean, variance };
}

/** gamma * (x - mean) / sqrt(variance + epsilon) + beta. */
export function normalizeTwin(
  x: Numbers,
  gamma: Numbers | null,
  beta: Numbers | null,
  { mean, variance }: Statistics,
  epsilon: number,
): Float64Array {
  return Float64Array.from(x, (value, i) => {
    const c = i % mean.length;
    return ((gamma?.[c] ?? 1) * (value - mean[c])) / Math.sqrt(variance[c] + epsilon) + (beta?.[c] ?? 0);
  });
}

/** Gradients of normalizeTwin; `training` when mean and variance are those of x itself. */
export function normalizeGradientTwin(
  x: Numbers,
  dY: Numbers,
  gamma: Numbers | null,
  { mean, variance }: Statistics,
  epsilon: number,
  training: boolean,
): { dX: Float64Array; dGamma: Float64Array; dBeta: Float64Array } {
  const channels = mean.length;
  const rows = x.length / channels;
  const inverse = variance.map((v) => 1 / Math.sqrt(v + epsilon));
  const dGamma = new Float64Array(channels);
  const dBeta = new Float64Array(channels);
  const unit = Float64Array.from(x, (value, i) => (value - mean[i % channels]) * inverse[i % channels]);
  for (let i = 0; i < x.length; i++) {
    dBeta[i % channels] += dY[i];
    dGamma[i % channels] += dY[i] * unit[i];
  }
  const dX = Float64Array.from(dY, (slope, i) => {
    const c = i % channels;
    const through = training ? slope - dBeta[c] / rows - (unit[i] * dGamma[c]) / rows : slope;
    return (gamma?.[c] ?? 1) * inverse[c] * through;
  });
  return { dX, dGamma, dBeta };
}
