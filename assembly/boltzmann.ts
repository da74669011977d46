/**
 * Restricted Boltzmann machines with binary units (Smolensky 1986; training: Hinton, Training Products of Experts by
 * Minimizing Contrastive Divergence, 2002). Float32, row-major.
 */
import { softplus } from "./activationSmooth";
import { matMulTransposedA, matMulTransposedB, matMulWithBias } from "./gemm";
import { sigmoidVector } from "./math";
import { sumTerms } from "./reduce";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, horizontalSum, loadLanes, madd, storeLanes } from "./simd";
import { secondWords, threefry4 } from "./threefry";

/** Where a word as a 24-bit fraction lies below the probability 1, else 0. Fractions are exact in float32. */
// @ts-ignore: decorator
@inline function fired(words: v128, probability: v128): v128 {
  const fraction = f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(words, 8)), f32x4.splat(1.0 / 16777216.0));
  return v128.and(f32x4.splat(1), f32x4.lt(fraction, probability));
}

/** Probabilities of up to four units, and what they do. */
// @ts-ignore: decorator
@inline function fireUpTo(z: usize, samples: usize, words: v128, left: i32): void {
  if (left <= 0) return;
  const lanes = min(left, LANES);
  const probability = sigmoidVector(loadLanes(z, lanes));
  storeLanes(z, probability, lanes);
  if (samples) storeLanes(samples, fired(words, probability), lanes);
}

/**
 * p = 1 / (1 + e^-z); sample = 1 with probability p, else 0. Element i of a group of 8 takes its word as in random.ts.
 *
 * @param z [count]; overwritten by p
 * @param samples [count], overwritten, or 0 for none
 * @param step the second word of the counter
 */
export function fireUnits(z: usize, samples: usize, count: i32, key0: u32, key1: u32, step: u32): void {
  let counters = i32x4(0, 1, 2, 3);
  for (let left = count; left > 0; left -= 2 * LANES, z += 2 * VECTOR_BYTES) {
    const firsts = threefry4(counters, step, key0, key1);
    const seconds = secondWords();
    fireUpTo(z, samples, firsts, left);
    fireUpTo(z + VECTOR_BYTES, samples ? samples + VECTOR_BYTES : 0, seconds, left - LANES);
    if (samples) samples += 2 * VECTOR_BYTES;
    counters = i32x4.add(counters, i32x4.splat(LANES));
  }
}

/**
 * Hidden units given visible ones: p = sigmoid(v.kernel + bias), and samples of it.
 *
 * @param v [rows, visible]
 * @param kernel [visible, units]
 * @param bias [units]
 * @param p [rows, units], overwritten
 * @param samples [rows, units], overwritten, or 0 for none
 * @param workspace workspaceBytes() bytes
 */
export function sampleHidden(v: usize, kernel: usize, bias: usize, p: usize, samples: usize, rows: i32, visible: i32,
  units: i32, key0: u32, key1: u32, step: u32, workspace: usize): void {
  matMulWithBias(v, kernel, bias, p, rows, units, visible, workspace);
  fireUnits(p, samples, rows * units, key0, key1, step);
}

/**
 * Visible units given hidden ones: p = sigmoid(h.kernelT + bias), and samples of it.
 *
 * @param h [rows, units]
 * @param bias [visible]
 * @param p [rows, visible], overwritten
 * @param samples [rows, visible], overwritten, or 0 for none
 */
export function sampleVisible(h: usize, kernel: usize, bias: usize, p: usize, samples: usize, rows: i32, visible: i32,
  units: i32, key0: u32, key1: u32, step: u32, workspace: usize): void {
  matMulTransposedB(h, kernel, p, rows, visible, units, workspace);
  for (let row = 0, at = p; row < rows; row++) {
    for (let left = visible, from = bias; left > 0; left -= LANES) {
      const lanes = min(left, LANES);
      storeLanes(at, f32x4.add(loadLanes(at, lanes), loadLanes(from, lanes)), lanes);
      at += <usize>lanes * FLOAT_BYTES;
      from += VECTOR_BYTES;
    }
  }
  fireUnits(p, samples, rows * visible, key0, key1, step);
}

/** sums[j] = the sum over i of a[i, j] - b[i, j]. */
function columnDifferences(a: usize, b: usize, sums: usize, rows: i32, columns: i32): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  for (; columns > 0; columns -= LANES, a += VECTOR_BYTES, b += VECTOR_BYTES, sums += VECTOR_BYTES) {
    const lanes = min(columns, LANES);
    let sum = f32x4.splat(0);
    for (let row = 0, left = a, right = b; row < rows; row++, left += rowBytes, right += rowBytes) {
      sum = f32x4.add(sum, f32x4.sub(loadLanes(left, lanes), loadLanes(right, lanes)));
    }
    storeLanes(sums, sum, lanes);
  }
}

/**
 * The direction of contrastive divergence, summed over the rows: dKernel = v0T.h0 - v1T.h1, dVisibleBias = the sum of
 * v0 - v1, dHiddenBias = the sum of h0 - h1. It points uphill in the likelihood.
 *
 * @param v0 [rows, visible]: the data
 * @param h0 [rows, units]: probabilities given v0
 * @param v1 [rows, visible]: the end of the chain
 * @param h1 [rows, units]: probabilities given v1
 * @param direction [visible units + visible + units], overwritten: kernel, visible bias, hidden bias
 * @param negative [visible, units], overwritten
 * @param workspace workspaceBytes() bytes
 */
export function contrastiveDivergence(v0: usize, h0: usize, v1: usize, h1: usize, direction: usize, negative: usize,
  rows: i32, visible: i32, units: i32, workspace: usize): void {
  const size = visible * units;
  matMulTransposedA(v0, h0, direction, visible, units, rows, workspace);
  matMulTransposedA(v1, h1, negative, visible, units, rows, workspace);
  columnDifferences(direction, negative, direction, 1, size);
  const visibleBias = direction + <usize>size * FLOAT_BYTES;
  columnDifferences(v0, v1, visibleBias, rows, visible);
  columnDifferences(h0, h1, visibleBias + <usize>visible * FLOAT_BYTES, rows, units);
}

/**
 * velocity = momentum velocity + rate (direction - decay weights); weights += velocity.
 *
 * @param weights [count], updated
 * @param velocity [count], updated
 */
export function climb(weights: usize, velocity: usize, direction: usize, rate: f32, decay: f32, momentum: f32,
  count: i32): void {
  const rates = f32x4.splat(rate), decays = f32x4.splat(-decay), momenta = f32x4.splat(momentum);
  for (; count > 0; count -= LANES) {
    const lanes = min(count, LANES);
    const weight = loadLanes(weights, lanes);
    const slope = madd(decays, weight, loadLanes(direction, lanes));
    const speed = madd(momenta, loadLanes(velocity, lanes), f32x4.mul(rates, slope));
    storeLanes(velocity, speed, lanes);
    storeLanes(weights, f32x4.add(weight, speed), lanes);
    weights += VECTOR_BYTES;
    velocity += VECTOR_BYTES;
    direction += VECTOR_BYTES;
  }
}

/** The sum of (a - b)^2, in float64. */
export function reconstructionDifference(a: usize, b: usize, count: i32): f64 {
  return sumTerms(true, true, a, b - a, count);
}

/**
 * F(v) = -v.visibleBias - the sum over the units of ln(1 + e^z), z = v.kernel + hiddenBias.
 *
 * @param v [rows, visible]
 * @param z [rows, units], overwritten
 * @param energies [rows], overwritten
 */
export function freeEnergies(v: usize, kernel: usize, visibleBias: usize, hiddenBias: usize, z: usize, energies: usize,
  rows: i32, visible: i32, units: i32, workspace: usize): void {
  matMulWithBias(v, kernel, hiddenBias, z, rows, units, visible, workspace);
  for (; rows > 0; rows--, energies += FLOAT_BYTES) {
    let sum = f32x4.splat(0);
    for (let left = visible, bias = visibleBias; left > 0; left -= LANES, bias += VECTOR_BYTES) {
      const lanes = min(left, LANES);
      sum = madd(loadLanes(v, lanes), loadLanes(bias, lanes), sum);
      v += <usize>lanes * FLOAT_BYTES;
    }
    let total = horizontalSum(sum);
    for (let left = units; left > 0; left--, z += FLOAT_BYTES) {
      total += f32x4.extract_lane(softplus(v128.load32_splat(z)), 0);
    }
    store<f32>(energies, -total);
  }
}
