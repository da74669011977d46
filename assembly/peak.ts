/**
 * The yardstick of the benchmarks, in none of the modules: multiply-adds that wait for nothing.
 */
import { LANES, VECTOR_BYTES, madd } from "./simd";

/**
 * The arithmetic of a 4 x 8 tile (see gemmKernel.ts) without its work: A stays in registers, and B is
 * always the same eight values. (They are loaded each time, since a compiler would take products that
 * never change out of the loop.)
 *
 * @param b [8]
 * @returns a number that depends on every sum, so that none can be left out
 */
export function multiplyAddPeak(b: usize, steps: i32): f32 {
  const x0 = v128.load32_splat(b, 0);
  const x1 = v128.load32_splat(b, 4);
  const x2 = v128.load32_splat(b, 8);
  const x3 = v128.load32_splat(b, 12);
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (; steps > 0; steps--) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, VECTOR_BYTES);
    c00 = madd(x0, b0, c00);
    c01 = madd(x0, b1, c01);
    c10 = madd(x1, b0, c10);
    c11 = madd(x1, b1, c11);
    c20 = madd(x2, b0, c20);
    c21 = madd(x2, b1, c21);
    c30 = madd(x3, b0, c30);
    c31 = madd(x3, b1, c31);
  }
  const c0 = f32x4.add(f32x4.add(c00, c01), f32x4.add(c10, c11));
  const c2 = f32x4.add(f32x4.add(c20, c21), f32x4.add(c30, c31));
  return f32x4.extract_lane(f32x4.add(c0, c2), 0);
}

/** Floating-point operations of one step. */
export function operationsPerStep(): i32 {
  return 8 * LANES * 2;
}
