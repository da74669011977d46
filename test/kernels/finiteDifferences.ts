// Gradients from a twin's forward pass alone. Rounding costs them some 1e-10 of the size of the sum.

const STEP = 1e-6;

/** d (sum of dY f(x)) / dx by central differences, in float64. */
export function slopes(
  f: (x: Float64Array) => ArrayLike<number>,
  x: ArrayLike<number>,
  dY: ArrayLike<number>,
): Float64Array {
  const at = Float64Array.from(x);
  const value = () => {
    const y = f(at);
    let sum = 0;
    for (let i = 0; i < y.length; i++) sum += dY[i] * y[i];
    return sum;
  };
  return Float64Array.from(x, (center, i) => {
    at[i] = center + STEP;
    const above = value();
    at[i] = center - STEP;
    const below = value();
    at[i] = center;
    return (above - below) / (2 * STEP);
  });
}
