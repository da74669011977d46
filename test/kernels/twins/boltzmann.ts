// Restricted Boltzmann machines as their formulas say them, in float64.
type Numbers = ArrayLike<number>;

export const sigmoidTwin = (z: number): number => 1 / (1 + Math.exp(-z));

/** The velocity after a step. */
export const climbTwin = (
  weight: number,
  velocity: number,
  direction: number,
  rate: number,
  decay: number,
  momentum: number,
): number => momentum * velocity + rate * (direction - decay * weight);

/** The free energy of each row; weights are kernel, visible bias and hidden bias. */
export function energyTwin(
  v: Numbers,
  weights: Numbers,
  rows: number,
  visible: number,
  units: number,
): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let energy = 0;
    for (let i = 0; i < visible; i++) energy -= v[row * visible + i] * weights[visible * units + i];
    for (let j = 0; j < units; j++) {
      let z = weights[visible * units + visible + j];
      for (let i = 0; i < visible; i++) z += v[row * visible + i] * weights[i * units + j];
      energy -= Math.log1p(Math.exp(z));
    }
    return energy;
  });
}
