/**
 * The yardstick of the benchmarks, in none of the modules: multiply-adds that wait for nothing.
 */
import { FLOAT_BYTES, LANES, madd } from "./simd";

/** Sums in flight. Two multiply-adds a cycle of four cycles each (x86-64 since 2013) need more than 8. */
// @ts-ignore: decorator
@inline const CHAINS: i32 = 13;

/**
 * A step of a chain. Of the plain build's two instructions a compiler would take the product out of the loop
 * if it never changed, so there it is the sum that is multiplied.
 */
// @ts-ignore: decorator
@inline
function step(sum: v128, x: v128, y: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? madd(x, y, sum) : madd(sum, x, y);
}

/**
 * As many independent chains of multiply-adds as registers hold beside their two operands; nothing is loaded or
 * stored.
 *
 * @param operands [2], within -0.5 and 0.5, so that nothing grows
 * @returns a number that depends on every chain, so that none can be left out
 */
export function multiplyAddPeak(operands: usize, steps: i32): f32 {
  const x = v128.load32_splat(operands), y = v128.load32_splat(operands, FLOAT_BYTES);
  let c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x, c12 = x;
  for (; steps > 0; steps--) {
    c0 = step(c0, x, y);
    c1 = step(c1, x, y);
    c2 = step(c2, x, y);
    c3 = step(c3, x, y);
    c4 = step(c4, x, y);
    c5 = step(c5, x, y);
    c6 = step(c6, x, y);
    c7 = step(c7, x, y);
    c8 = step(c8, x, y);
    c9 = step(c9, x, y);
    c10 = step(c10, x, y);
    c11 = step(c11, x, y);
    c12 = step(c12, x, y);
  }
  const low = f32x4.add(f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3)), f32x4.add(f32x4.add(c4, c5), c6));
  const high = f32x4.add(f32x4.add(f32x4.add(c7, c8), f32x4.add(c9, c10)), f32x4.add(c11, c12));
  return f32x4.extract_lane(f32x4.add(low, high), 0);
}

/** Floating-point operations of one step. */
export function operationsPerStep(): i32 {
  return CHAINS * LANES * 2;
}
