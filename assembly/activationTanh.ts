/** tanh of a whole array. */
import { FIXED_TABLE, at } from "./mathTable";
import { LANES, VECTOR_BYTES, loadLanes, madd, nmadd, storeLanes } from "./simd";

/**
 * y = tanh x, the formula of tanhVector in math.ts, bit for bit. All constants are read before the loop: V8 keeps them on its
 * stack, from where an instruction takes them as they are, and it does not know them, so that no version makes them anew.
 *
 * @param x [count]
 * @param y [count], overwritten; may be x
 */
export function tanhForward(x: usize, y: usize, count: i32): void {
  const log2E = at(FIXED_TABLE, 0), shift = at(FIXED_TABLE, 1);
  const ln2High = at(FIXED_TABLE, 2), ln2Low = at(FIXED_TABLE, 3);
  const odd2 = at(FIXED_TABLE, 4), odd1 = at(FIXED_TABLE, 5), odd0 = at(FIXED_TABLE, 6);
  const even2 = at(FIXED_TABLE, 7), even1 = at(FIXED_TABLE, 8), even0 = at(FIXED_TABLE, 9);
  const one = at(FIXED_TABLE, 10), two = at(FIXED_TABLE, 21);
  const bias = at(FIXED_TABLE, 12), signBit = at(FIXED_TABLE, 13);
  const near4 = at(FIXED_TABLE, 14), near3 = at(FIXED_TABLE, 15), near2 = at(FIXED_TABLE, 16);
  const near1 = at(FIXED_TABLE, 17), near0 = at(FIXED_TABLE, 18);
  const highest = at(FIXED_TABLE, 19), nearEnd = at(FIXED_TABLE, 20);
  for (; count > 0; count -= LANES, x += VECTOR_BYTES, y += VECTOR_BYTES) {
    const lanes = min(count, LANES);
    const value = loadLanes(x, lanes);
    const sign = v128.and(value, signBit);
    const magnitude = v128.xor(value, sign);
    const square = f32x4.mul(value, value);
    let p = madd(near4, square, near3);
    p = madd(p, square, near2);
    p = madd(p, square, near1);
    p = madd(p, square, near0);
    const near = madd(f32x4.mul(p, square), magnitude, magnitude);

    const limited = f32x4.pmin(magnitude, highest);
    const twice = f32x4.add(limited, limited);
    const shifted = madd(twice, log2E, shift);
    const n = f32x4.sub(shifted, shift);
    const r = nmadd(n, ln2Low, nmadd(n, ln2High, twice));
    const rSquare = f32x4.mul(r, r);
    const odd = madd(madd(odd2, rSquare, odd1), rSquare, odd0);
    const even = madd(madd(even2, rSquare, even1), rSquare, even0);
    const fraction = f32x4.add(madd(madd(odd, r, even), rSquare, r), one);
    const exponential = f32x4.mul(fraction, i32x4.shl(i32x4.add(shifted, bias), 23));
    const far = f32x4.sub(one, f32x4.div(two, f32x4.add(exponential, one)));
    const result = v128.bitselect(near, far, f32x4.lt(magnitude, nearEnd));
    storeLanes(y, v128.or(result, sign), lanes);
  }
}
