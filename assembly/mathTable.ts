/**
 * e^x, sigmoid and tanh with their constants in memory, bit for bit those of math.ts, where the formulas are explained.
 *
 * V8 makes each vector constant anew at every use, with three instructions; a load is one. A module has no static data, so
 * the table is written where a kernel has room for it, before a loop.
 */
import { copySign } from "./math";
import { madd, nmadd, VECTOR_BYTES } from "./simd";

/** Bytes of a table. */
// @ts-ignore: decorator
@inline export const TABLE_BYTES: usize = 22 * VECTOR_BYTES;

// @ts-ignore: decorator
@inline function put(table: usize, index: usize, value: f32): void {
  v128.store(table + index * VECTOR_BYTES, f32x4.splat(value));
}

// @ts-ignore: decorator
@inline function at(table: usize, index: usize): v128 {
  return v128.load(table + index * VECTOR_BYTES);
}

/** Writes the table, TABLE_BYTES bytes. */
export function writeTable(table: usize): void {
  put(table, 0, 1.44269504); // log2(e)
  put(table, 1, 12582912); // the rounding shift
  put(table, 2, 0.693359375); // ln 2 in two parts
  put(table, 3, -2.12194440e-4);
  put(table, 4, 1.9875691500e-4); // e^r - 1: odd and even powers
  put(table, 5, 8.3334519073e-3);
  put(table, 6, 1.6666665459e-1);
  put(table, 7, 1.3981999507e-3);
  put(table, 8, 4.1665795894e-2);
  put(table, 9, 5.0000001201e-1);
  put(table, 10, 1);
  put(table, 11, -104); // below it e^x rounds to 0
  put(table, 12, reinterpret<f32>(127)); // the bias of exponents
  put(table, 13, -0.0); // the sign
  put(table, 14, -5.70498872745e-3); // tanh near 0
  put(table, 15, 2.06390887954e-2);
  put(table, 16, -5.37397155531e-2);
  put(table, 17, 1.33314422036e-1);
  put(table, 18, -3.33332819422e-1);
  put(table, 19, 10); // above it tanh rounds to 1
  put(table, 20, 0.625); // up to here tanh is a polynomial
  put(table, 21, 2);
}

/** e^(x - n ln 2), n being x / ln 2 as a whole number, and shifted that number with the rounding shift. */
// @ts-ignore: decorator
@inline function fractionOf(x: v128, shifted: v128, table: usize): v128 {
  const n = f32x4.sub(shifted, at(table, 1));
  const r = nmadd(n, at(table, 3), nmadd(n, at(table, 2), x));
  const square = f32x4.mul(r, r);
  const odd = madd(madd(at(table, 4), square, at(table, 5)), square, at(table, 6));
  const even = madd(madd(at(table, 7), square, at(table, 8)), square, at(table, 9));
  return f32x4.add(madd(madd(odd, r, even), square, r), at(table, 10));
}

// @ts-ignore: decorator
@inline function powerOfTwo(n: v128, table: usize): v128 {
  return i32x4.shl(i32x4.add(n, at(table, 12)), 23);
}

/** e^x for x that is not positive, or NaN. */
// @ts-ignore: decorator
@inline export function exponentialOf(x: v128, table: usize): v128 {
  const limited = f32x4.pmax(x, at(table, 11));
  const shifted = madd(limited, at(table, 0), at(table, 1));
  const n = i32x4.sub(shifted, at(table, 1));
  const half = i32x4.shr_s(n, 1);
  const fraction = fractionOf(limited, shifted, table);
  return f32x4.mul(f32x4.mul(fraction, powerOfTwo(half, table)), powerOfTwo(i32x4.sub(n, half), table));
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
