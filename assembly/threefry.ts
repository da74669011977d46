/**
 * Threefry-2x32 with 13 rounds: random words as a function of a key and a counter.
 * (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.)
 * Once for one counter, once for four counters side by side; both give the same words.
 */

/** The parity constant of the Skein key schedule. */
// @ts-ignore: decorator
@inline const PARITY: u32 = 0x1bd11bda;

// The rotations of rounds 1 to 8, and again from round 9.
// @ts-ignore: decorator
@inline const R0: i32 = 13;
// @ts-ignore: decorator
@inline const R1: i32 = 15;
// @ts-ignore: decorator
@inline const R2: i32 = 26;
// @ts-ignore: decorator
@inline const R3: i32 = 6;
// @ts-ignore: decorator
@inline const R4: i32 = 17;
// @ts-ignore: decorator
@inline const R5: i32 = 29;
// @ts-ignore: decorator
@inline const R6: i32 = 16;
// @ts-ignore: decorator
@inline const R7: i32 = 24;

/** The two words of one counter: the first in the low half, the second in the high half. */
export function threefry(counter0: u32, counter1: u32, key0: u32, key1: u32): u64 {
  const key2 = PARITY ^ key0 ^ key1;
  let x0 = counter0 + key0;
  let x1 = counter1 + key1;
  x0 += x1; x1 = rotl<u32>(x1, R0) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, R1) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, R2) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, R3) ^ x0;
  x0 += key1; x1 += key2 + 1;
  x0 += x1; x1 = rotl<u32>(x1, R4) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, R5) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, R6) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, R7) ^ x0;
  x0 += key2; x1 += key0 + 2;
  x0 += x1; x1 = rotl<u32>(x1, R0) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, R1) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, R2) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, R3) ^ x0;
  x0 += key0; x1 += key1 + 3;
  x0 += x1; x1 = rotl<u32>(x1, R4) ^ x0;
  return <u64>x0 | (<u64>x1 << 32);
}

/** The second word after a round whose first word is already added. */
// @ts-ignore: decorator
@inline function mix(x0: v128, x1: v128, rotation: i32): v128 {
  return v128.xor(v128.or(i32x4.shl(x1, rotation), i32x4.shr_u(x1, 32 - rotation)), x0);
}

// A function gives back one value: the first words of four counters. The second words come through two
// globals, a few instructions beside some seventy. (Not through one vector: some engines refuse those.)
let secondLow: u64 = 0;
let secondHigh: u64 = 0;

/** The second words of the last call of `threefry4`. */
// @ts-ignore: decorator
@inline export function secondWords(): v128 {
  return i64x2.replace_lane(i64x2.splat(secondLow), 1, secondHigh);
}

/** The words of four counters (counter0[lane], counter1): the first words; then `secondWords()`. */
// @ts-ignore: decorator
@inline export function threefry4(counter0: v128, counter1: u32, key0: u32, key1: u32): v128 {
  const key2 = PARITY ^ key0 ^ key1;
  let x0 = i32x4.add(counter0, i32x4.splat(key0));
  let x1 = i32x4.splat(counter1 + key1);
  x0 = i32x4.add(x0, x1); x1 = mix(x0, x1, R0);
  x0 = i32x4.add(x0, x1); x1 = mix(x0, x1, R1);
  x0 = i32x4.add(x0, x1); x1 = mix(x0, x1, R2);
  x0 = i32x4.add(x0, x1); x1 = mix(x0, x1, R3);
  x0 = i32x4.add(x0, i32x4.splat(key1)); x1 = i32x4.add(x1, i32x4.splat(key2 + 1));
  x0 = i32x4.add(x0, x1); x1 = mix(x0, x1, R4);
  x0 = i32x4.add(x0, x1); x1 = mix(x0, x1, R5);
  x0 = i32x4.add(x0, x1); x1 = mix(x0, x1, R6);
  x0 = i32x4.add(x0, x1); x1 = mix(x0, x1, R7);
  x0 = i32x4.add(x0, i32x4.splat(key2)); x1 = i32x4.add(x1, i32x4.splat(key0 + 2));
  x0 = i32x4.add(x0, x1); x1 = mix(x0, x1, R0);
  x0 = i32x4.add(x0, x1); x1 = mix(x0, x1, R1);
  x0 = i32x4.add(x0, x1); x1 = mix(x0, x1, R2);
  x0 = i32x4.add(x0, x1); x1 = mix(x0, x1, R3);
  x0 = i32x4.add(x0, i32x4.splat(key0)); x1 = i32x4.add(x1, i32x4.splat(key1 + 3));
  x0 = i32x4.add(x0, x1); x1 = mix(x0, x1, R4);
  secondLow = i64x2.extract_lane(x1, 0);
  secondHigh = i64x2.extract_lane(x1, 1);
  return x0;
}
