/**
 * e^x, sigmoid and tanh with their constants in memory, bit for bit those of math.ts, where the formulas are explained.
 *
 * V8 makes each vector constant anew at every use, with three instructions; a load is one. A module has no static data, so
 * the core writes a table for all modules, FIXED_TABLE. The steps of recurrent layers write their own, in their workspace.
 */
import { copySign } from "./math";
import { FLOAT_BYTES, madd, nmadd, VECTOR_BYTES } from "./simd";

/** Bytes of a table. */
// @ts-ignore: decorator
@inline export const TABLE_BYTES: usize = 6 * VECTOR_BYTES;

/**
 * Where a table lies that all modules may read, below all blocks (docs/architecture.md, "Memory map"). The core writes it when
 * it is instantiated, which the library does before it links any other module; both builds write the same.
 */
// @ts-ignore: decorator
@inline export const FIXED_TABLE: usize = 512;

/** A constant of a table, in all lanes. */
// @ts-ignore: decorator
@inline export function at(table: usize, index: usize): v128 {
  return v128.load32_splat(table + index * FLOAT_BYTES);
}

/** Writes the table, TABLE_BYTES bytes. */
export function writeTable(table: usize): void {
  // 0: log2(e), the rounding shift, ln 2 in two parts.
  v128.store(table, f32x4(1.44269504, 12582912, 0.693359375, -2.12194440e-4));
  // 4: e^r - 1, three odd powers and three even ones.
  v128.store(table, f32x4(1.9875691500e-4, 8.3334519073e-3, 1.6666665459e-1, 1.3981999507e-3), VECTOR_BYTES);
  // 10: 1, and below what e^x rounds to 0.
  v128.store(table, f32x4(4.1665795894e-2, 5.0000001201e-1, 1, -104), 2 * VECTOR_BYTES);
  // 12: the bias of exponents, the sign. 14: tanh near 0, five powers.
  v128.store(table, f32x4(reinterpret<f32>(127), -0.0, -5.70498872745e-3, 2.06390887954e-2), 3 * VECTOR_BYTES);
  // 19: above it tanh rounds to 1.
  v128.store(table, f32x4(-5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1, 10), 4 * VECTOR_BYTES);
  // 20: up to here tanh is a polynomial. 21: 2, above what e^x is infinite, and below what e^x - 1 rounds to -1.
  v128.store(table, f32x4(0.625, 2, 89, -20), 5 * VECTOR_BYTES);
}

/** e^(x - n ln 2) - 1, n being x / ln 2 as a whole number, and shifted that number with the rounding shift. */
// @ts-ignore: decorator
@inline function expm1Reduced(x: v128, shifted: v128, table: usize): v128 {
  const n = f32x4.sub(shifted, at(table, 1));
  const r = nmadd(n, at(table, 3), nmadd(n, at(table, 2), x));
  const square = f32x4.mul(r, r);
  const odd = madd(madd(at(table, 4), square, at(table, 5)), square, at(table, 6));
  const even = madd(madd(at(table, 7), square, at(table, 8)), square, at(table, 9));
  return madd(madd(odd, r, even), square, r);
}

// @ts-ignore: decorator
@inline function fractionOf(x: v128, shifted: v128, table: usize): v128 {
  return f32x4.add(expm1Reduced(x, shifted, table), at(table, 10));
}

// @ts-ignore: decorator
@inline function powerOfTwo(n: v128, table: usize): v128 {
  return i32x4.shl(i32x4.add(n, at(table, 12)), 23);
}

/** e^x for x up to 89, or NaN. Of a larger x something without meaning. */
// @ts-ignore: decorator
@inline export function exponentialOf(x: v128, table: usize): v128 {
  const limited = f32x4.pmax(x, at(table, 11));
  const shifted = madd(limited, at(table, 0), at(table, 1));
  const n = i32x4.sub(shifted, at(table, 1));
  const half = i32x4.shr_s(n, 1);
  const fraction = fractionOf(limited, shifted, table);
  return f32x4.mul(f32x4.mul(fraction, powerOfTwo(half, table)), powerOfTwo(i32x4.sub(n, half), table));
}

/** e^x - 1 for x that is not positive, or NaN. Of a positive x something without meaning. */
// @ts-ignore: decorator
@inline export function exponentialMinus1Of(x: v128, table: usize): v128 {
  const limited = f32x4.pmax(x, at(table, 23));
  const shifted = madd(limited, at(table, 0), at(table, 1));
  const n = i32x4.sub(shifted, at(table, 1));
  const inverseScale = i32x4.shl(i32x4.sub(at(table, 12), n), 23);
  const sum = f32x4.add(expm1Reduced(limited, shifted, table), f32x4.sub(at(table, 10), inverseScale));
  const halfScale = powerOfTwo(i32x4.sub(n, i32x4.splat(1)), table);
  return copySign(f32x4.mul(f32x4.add(sum, sum), halfScale), x);
}

/** 1 / (1 + e^-x). */
// @ts-ignore: decorator
@inline export function sigmoidOf(x: v128, table: usize): v128 {
  const one = at(table, 10);
  const z = exponentialOf(v128.or(x, at(table, 13)), table);
  const upper = f32x4.div(one, f32x4.add(one, z));
  const lower = nmadd(f32x4.mul(z, upper), z, z);
  return v128.bitselect(lower, upper, f32x4.lt(x, f32x4.splat(0)));
}

/** tanh x. */
// @ts-ignore: decorator
@inline export function tanhOf(x: v128, table: usize): v128 {
  const one = at(table, 10);
  const magnitude = v128.andnot(x, at(table, 13));
  const square = f32x4.mul(x, x);
  let p = madd(at(table, 14), square, at(table, 15));
  p = madd(p, square, at(table, 16));
  p = madd(p, square, at(table, 17));
  p = madd(p, square, at(table, 18));
  const near = madd(f32x4.mul(p, square), magnitude, magnitude);

  const limited = f32x4.pmin(magnitude, at(table, 19));
  const twice = f32x4.add(limited, limited);
  const shifted = madd(twice, at(table, 0), at(table, 1));
  const exponential = f32x4.mul(fractionOf(twice, shifted, table), powerOfTwo(shifted, table));
  const far = f32x4.sub(one, f32x4.div(at(table, 21), f32x4.add(exponential, one)));
  return copySign(v128.bitselect(near, far, f32x4.lt(magnitude, at(table, 20))), x);
}
