// The updates and what surrounds them in float64, one element at a time.

/** Updates in place; every array has the length of `w`. */
export function sgdTwin(w: Float64Array, g: Float64Array, learningRate: number): void {
  for (let i = 0; i < w.length; i++) w[i] -= learningRate * g[i];
}

export function sgdMomentumTwin(
  w: Float64Array,
  g: Float64Array,
  velocity: Float64Array,
  learningRate: number,
  momentum: number,
  nesterov: boolean,
): void {
  for (let i = 0; i < w.length; i++) {
    velocity[i] = momentum * velocity[i] - learningRate * g[i];
    w[i] += nesterov ? momentum * velocity[i] - learningRate * g[i] : velocity[i];
  }
}

export function rmspropTwin(
  w: Float64Array,
  g: Float64Array,
  meanSquare: Float64Array,
  meanGradient: Float64Array | undefined,
  buffer: Float64Array | undefined,
  options: { learningRate: number; rho: number; momentum: number; epsilon: number },
): void {
  const { learningRate, rho, momentum, epsilon } = options;
  for (let i = 0; i < w.length; i++) {
    meanSquare[i] = rho * meanSquare[i] + (1 - rho) * g[i] ** 2;
    let variance = meanSquare[i];
    if (meanGradient) {
      meanGradient[i] = rho * meanGradient[i] + (1 - rho) * g[i];
      variance -= meanGradient[i] ** 2;
    }
    let increment = (learningRate * g[i]) / Math.sqrt(variance + epsilon);
    if (buffer) {
      buffer[i] = momentum * buffer[i] + increment;
      increment = buffer[i];
    }
    w[i] -= increment;
  }
}

export function adamTwin(
  w: Float64Array,
  g: Float64Array,
  m: Float64Array,
  v: Float64Array,
  vMax: Float64Array | undefined,
  options: { stepSize: number; beta1: number; beta2: number; epsilon: number },
): void {
  const { stepSize, beta1, beta2, epsilon } = options;
  for (let i = 0; i < w.length; i++) {
    m[i] = beta1 * m[i] + (1 - beta1) * g[i];
    v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2;
    let square = v[i];
    if (vMax) square = vMax[i] = Math.max(vMax[i], v[i]);
    w[i] -= (stepSize * m[i]) / (Math.sqrt(square) + epsilon);
  }
}

export function adagradTwin(
  w: Float64Array,
  g: Float64Array,
  accumulator: Float64Array,
  options: { learningRate: number; epsilon: number },
): void {
  for (let i = 0; i < w.length; i++) {
    accumulator[i] += g[i] ** 2;
    w[i] -= (options.learningRate * g[i]) / Math.sqrt(accumulator[i] + options.epsilon);
  }
}

export function adadeltaTwin(
  w: Float64Array,
  g: Float64Array,
  meanSquare: Float64Array,
  meanSquareStep: Float64Array,
  options: { learningRate: number; rho: number; epsilon: number },
): void {
  const { learningRate, rho, epsilon } = options;
  for (let i = 0; i < w.length; i++) {
    meanSquare[i] = rho * meanSquare[i] + (1 - rho) * g[i] ** 2;
    const step = (-Math.sqrt(meanSquareStep[i] + epsilon) / Math.sqrt(meanSquare[i] + epsilon)) * g[i];
    meanSquareStep[i] = rho * meanSquareStep[i] + (1 - rho) * step ** 2;
    w[i] += learningRate * step;
  }
}

/** `t` counts from 1. */
export function adamaxTwin(
  w: Float64Array,
  g: Float64Array,
  m: Float64Array,
  u: Float64Array,
  t: number,
  options: { learningRate: number; beta1: number; beta2: number; epsilon: number },
): void {
  const { learningRate, beta1, beta2, epsilon } = options;
  for (let i = 0; i < w.length; i++) {
    m[i] = beta1 * m[i] + (1 - beta1) * g[i];
    u[i] = Math.max(beta2 * u[i], Math.abs(g[i]));
    w[i] -= (learningRate * m[i]) / ((1 - beta1 ** t) * (u[i] + epsilon));
  }
}

/** What a step of Nadam has in common for all weights: Keras's warm-up of beta1 and its running product. */
export function nadamSchedule(t: number, beta1: number): { now: number; next: number; product: number } {
  const at = (step: number) => beta1 * (1 - 0.5 * 0.96 ** step);
  let product = 1;
  for (let step = 1; step <= t; step++) product *= at(step);
  return { now: at(t), next: at(t + 1), product };
}

/** `t` counts from 1. */
export function nadamTwin(
  w: Float64Array,
  g: Float64Array,
  m: Float64Array,
  v: Float64Array,
  t: number,
  options: { learningRate: number; beta1: number; beta2: number; epsilon: number },
): void {
  const { learningRate, beta1, beta2, epsilon } = options;
  const { now, next, product } = nadamSchedule(t, beta1);
  for (let i = 0; i < w.length; i++) {
    m[i] = beta1 * m[i] + (1 - beta1) * g[i];
    v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2;
    const mean = (next * m[i]) / (1 - product * next) + ((1 - now) * g[i]) / (1 - product);
    w[i] -= (learningRate * mean) / (Math.sqrt(v[i] / (1 - beta2 ** t)) + epsilon);
  }
}

export function lionTwin(
  w: Float64Array,
  g: Float64Array,
  m: Float64Array,
  options: { learningRate: number; beta1: number; beta2: number },
): void {
  const { learningRate, beta1, beta2 } = options;
  for (let i = 0; i < w.length; i++) {
    w[i] -= learningRate * Math.sign(beta1 * m[i] + (1 - beta1) * g[i]);
    m[i] = beta2 * m[i] + (1 - beta2) * g[i];
  }
}

export function penaltyTwin(w: ArrayLike<number>, l1: number, l2: number): number {
  let penalty = 0;
  for (let i = 0; i < w.length; i++) penalty += l1 * Math.abs(w[i]) + l2 * w[i] ** 2;
  return penalty;
}

export function penaltySlopeTwin(w: number, l1: number, l2: number): number {
  return l1 * Math.sign(w) + 2 * l2 * w;
}

/** Leaves the direction in `g`; `t` counts from 1. */
export function lambDirectionTwin(
  g: Float64Array,
  m: Float64Array,
  v: Float64Array,
  t: number,
  options: { beta1: number; beta2: number; epsilon: number },
): void {
  const { beta1, beta2, epsilon } = options;
  for (let i = 0; i < g.length; i++) {
    m[i] = beta1 * m[i] + (1 - beta1) * g[i];
    v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2;
    g[i] = m[i] / (1 - beta1 ** t) / (Math.sqrt(v[i] / (1 - beta2 ** t)) + epsilon);
  }
}

export function ftrlTwin(
  w: Float64Array,
  g: Float64Array,
  accumulator: Float64Array,
  linear: Float64Array,
  options: { learningRate: number; power: number; l1: number; l2: number; l2Shrinkage: number },
): void {
  const { learningRate, power, l1, l2, l2Shrinkage } = options;
  for (let i = 0; i < w.length; i++) {
    const total = accumulator[i] + g[i] ** 2;
    const sigma = (total ** power - accumulator[i] ** power) / learningRate;
    linear[i] += g[i] + 2 * l2Shrinkage * w[i] - sigma * w[i];
    accumulator[i] = total;
    const reach = Math.max(Math.abs(linear[i]) - l1, 0);
    w[i] = (-Math.sign(linear[i]) * reach) / (total ** power / learningRate + 2 * l2);
  }
}

/** Leaves the direction in `g`, [matrices, rows, columns]. */
export function adafactorFactoredTwin(
  g: Float64Array,
  rowMeans: Float64Array,
  columnMeans: Float64Array,
  shape: readonly [matrices: number, rows: number, columns: number],
  options: { oneMinusBeta2: number; epsilon: number },
): void {
  const [matrices, rows, columns] = shape;
  const { oneMinusBeta2: fresh, epsilon } = options;
  for (let a = 0; a < matrices; a++) {
    const square = (i: number, j: number) => g[(a * rows + i) * columns + j] ** 2 + epsilon;
    let overall = 0;
    for (let i = 0; i < rows; i++) {
      let mean = 0;
      for (let j = 0; j < columns; j++) mean += square(i, j) / columns;
      const at = a * rows + i;
      rowMeans[at] = (1 - fresh) * rowMeans[at] + fresh * mean;
      overall += rowMeans[at] / rows;
    }
    for (let j = 0; j < columns; j++) {
      let mean = 0;
      for (let i = 0; i < rows; i++) mean += square(i, j) / rows;
      const at = a * columns + j;
      columnMeans[at] = (1 - fresh) * columnMeans[at] + fresh * mean;
    }
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const v = (rowMeans[a * rows + i] / overall) * columnMeans[a * columns + j];
        g[(a * rows + i) * columns + j] /= Math.sqrt(v);
      }
    }
  }
}

/** Leaves the direction in `g`. */
export function adafactorUnfactoredTwin(
  g: Float64Array,
  v: Float64Array,
  options: { oneMinusBeta2: number; epsilon: number },
): void {
  for (let i = 0; i < g.length; i++) {
    v[i] = (1 - options.oneMinusBeta2) * v[i] + options.oneMinusBeta2 * (g[i] ** 2 + options.epsilon);
    g[i] /= Math.sqrt(v[i]);
  }
}

/** `t` counts from 1. */
export function scheduleFreeAdamwTwin(
  w: Float64Array,
  g: Float64Array,
  z: Float64Array,
  v: Float64Array,
  t: number,
  options: { learningRate: number; beta1: number; beta2: number; epsilon: number },
): void {
  const { learningRate, beta1, beta2, epsilon } = options;
  for (let i = 0; i < w.length; i++) {
    const mean = (w[i] - (1 - beta1) * z[i]) / beta1;
    v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2;
    z[i] -= (learningRate * g[i]) / (Math.sqrt(v[i] / (1 - beta2 ** t)) + epsilon);
    w[i] = (1 - beta1) * z[i] + beta1 * ((1 - 1 / t) * mean + z[i] / t);
  }
}
