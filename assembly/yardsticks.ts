/**
 * Yardsticks of the benchmarks, in none of the modules: what memory and arithmetic allow at best.
 */
import { dGelu, dGeluTanh, gelu, geluTanh } from "./activationGelu";
import {
  SELU_ALPHA, SELU_SCALE, dMish, dScaledElu, dSilu, dSoftplus, mish, scaledElu, silu, softplus,
} from "./activationSmooth";
import { expVector, expm1Vector, log1pVector, logVector, sigmoidVector, tanhVector } from "./math";
import { VECTOR_BYTES, horizontalSum } from "./simd";

/** Bytes that one round of a copy takes: four vectors. */
// @ts-ignore: decorator
@inline const ROUND_BYTES: usize = 4 * VECTOR_BYTES;

/**
 * destination = source, vector by vector.
 *
 * @param bytes a multiple of 64
 */
export function copyVectors(destination: usize, source: usize, bytes: usize): void {
  for (const end = source + bytes; source < end; source += ROUND_BYTES) {
    v128.store(destination, v128.load(source));
    v128.store(destination, v128.load(source, 16), 16);
    v128.store(destination, v128.load(source, 32), 32);
    v128.store(destination, v128.load(source, 48), 48);
    destination += ROUND_BYTES;
  }
}

/**
 * The sum of all floats: what a kernel that only reads can reach. Four quarters are walked at the same time, which
 * is faster than one run.
 *
 * @param bytes a multiple of 64
 */
export function readVectors(source: usize, bytes: usize): f32 {
  const quarter = bytes >> 2;
  let sum0 = f32x4.splat(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
  for (const end = source + quarter; source < end; source += VECTOR_BYTES) {
    sum0 = f32x4.add(sum0, v128.load(source));
    sum1 = f32x4.add(sum1, v128.load(source + quarter));
    sum2 = f32x4.add(sum2, v128.load(source + 2 * quarter));
    sum3 = f32x4.add(sum3, v128.load(source + 3 * quarter));
  }
  return horizontalSum(f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3)));
}

/** destination = source by the engine's own instruction. */
export function copyMemory(destination: usize, source: usize, bytes: usize): void {
  memory.copy(destination, source, bytes);
}

// @ts-ignore: decorator
@inline const EXP: i32 = 0;
// @ts-ignore: decorator
@inline const LOG: i32 = 1;
// @ts-ignore: decorator
@inline const EXPM1: i32 = 2;
// @ts-ignore: decorator
@inline const LOG1P: i32 = 3;
// @ts-ignore: decorator
@inline const TANH: i32 = 4;
// @ts-ignore: decorator
@inline const SIGMOID: i32 = 5;
// @ts-ignore: decorator
@inline const ELU: i32 = 6;
// @ts-ignore: decorator
@inline const SELU: i32 = 7;
// @ts-ignore: decorator
@inline const SOFTPLUS: i32 = 8;
// @ts-ignore: decorator
@inline const GELU: i32 = 9;
// @ts-ignore: decorator
@inline const GELU_TANH: i32 = 10;
// @ts-ignore: decorator
@inline const SILU: i32 = 11;
// @ts-ignore: decorator
@inline const MISH: i32 = 12;
// @ts-ignore: decorator
@inline const ROOT_AND_QUOTIENT: i32 = 13;

/** Added to a kind: its gradient. */
// @ts-ignore: decorator
@inline const GRADIENT: i32 = 32;

/** `kind` is a constant in every call, so a single branch is left of each. */
// @ts-ignore: decorator
@inline function evaluate(kind: i32, x: v128, dY: v128): v128 {
  const one = f32x4.splat(1);
  if (kind == EXP) return expVector(x);
  if (kind == LOG) return logVector(x);
  if (kind == EXPM1) return expm1Vector(x);
  if (kind == LOG1P) return log1pVector(x);
  if (kind == TANH) return tanhVector(x);
  if (kind == SIGMOID) return sigmoidVector(x);
  if (kind == ELU) return scaledElu(x, one, one);
  if (kind == SELU) return scaledElu(x, f32x4.splat(SELU_ALPHA), f32x4.splat(SELU_SCALE));
  if (kind == SOFTPLUS) return softplus(x);
  if (kind == GELU) return gelu(x);
  if (kind == GELU_TANH) return geluTanh(x);
  if (kind == SILU) return silu(x);
  if (kind == MISH) return mish(x);
  if (kind == GRADIENT + ELU) return dScaledElu(dY, x, one, one);
  if (kind == GRADIENT + SELU) return dScaledElu(dY, x, f32x4.splat(SELU_ALPHA), f32x4.splat(SELU_SCALE));
  if (kind == GRADIENT + SOFTPLUS) return dSoftplus(dY, x);
  if (kind == GRADIENT + GELU) return dGelu(dY, x);
  if (kind == GRADIENT + GELU_TANH) return dGeluTanh(dY, x);
  if (kind == GRADIENT + SILU) return dSilu(dY, x);
  if (kind == GRADIENT + MISH) return dMish(dY, x);
  return f32x4.div(dY, f32x4.sqrt(x));
}

/**
 * The arithmetic of a kernel without its memory: the function of as many vectors, which are made by an addition
 * each, and whose results are kept by an operation on bits. The numbers go from 0.01 on in steps so small that
 * none leaves the range where all functions have their usual path.
 *
 * @returns a number that depends on every result, so that none can be left out
 */
// @ts-ignore: decorator
@inline function evaluateAll(kind: i32, vectors: i32): i32 {
  const stride = f32x4.splat(0.001);
  const dY = f32x4.splat(0.5);
  let x = f32x4(0.01, -0.01, 0.7, -0.7);
  if (kind == LOG || kind == ROOT_AND_QUOTIENT) x = f32x4.abs(x);
  let results = i32x4.splat(0);
  for (; vectors > 0; vectors--) {
    results = v128.xor(results, evaluate(kind, x, dY));
    x = f32x4.add(x, stride);
  }
  return i32x4.extract_lane(results, 0);
}

// A function each: in a common one, V8 shares the constants of all loops and keeps them in memory.
export function expInRegisters(vectors: i32): i32 { return evaluateAll(EXP, vectors); }
export function logInRegisters(vectors: i32): i32 { return evaluateAll(LOG, vectors); }
export function expm1InRegisters(vectors: i32): i32 { return evaluateAll(EXPM1, vectors); }
export function log1pInRegisters(vectors: i32): i32 { return evaluateAll(LOG1P, vectors); }
export function tanhInRegisters(vectors: i32): i32 { return evaluateAll(TANH, vectors); }
export function sigmoidInRegisters(vectors: i32): i32 { return evaluateAll(SIGMOID, vectors); }
export function eluInRegisters(vectors: i32): i32 { return evaluateAll(ELU, vectors); }
export function seluInRegisters(vectors: i32): i32 { return evaluateAll(SELU, vectors); }
export function softplusInRegisters(vectors: i32): i32 { return evaluateAll(SOFTPLUS, vectors); }
export function geluInRegisters(vectors: i32): i32 { return evaluateAll(GELU, vectors); }
export function geluTanhInRegisters(vectors: i32): i32 { return evaluateAll(GELU_TANH, vectors); }
export function siluInRegisters(vectors: i32): i32 { return evaluateAll(SILU, vectors); }
export function mishInRegisters(vectors: i32): i32 { return evaluateAll(MISH, vectors); }
export function rootAndQuotientInRegisters(vectors: i32): i32 { return evaluateAll(ROOT_AND_QUOTIENT, vectors); }
export function eluGradientInRegisters(vectors: i32): i32 { return evaluateAll(GRADIENT + ELU, vectors); }
export function seluGradientInRegisters(vectors: i32): i32 { return evaluateAll(GRADIENT + SELU, vectors); }
export function softplusGradientInRegisters(vectors: i32): i32 { return evaluateAll(GRADIENT + SOFTPLUS, vectors); }
export function geluGradientInRegisters(vectors: i32): i32 { return evaluateAll(GRADIENT + GELU, vectors); }
export function geluTanhGradientInRegisters(vectors: i32): i32 { return evaluateAll(GRADIENT + GELU_TANH, vectors); }
export function siluGradientInRegisters(vectors: i32): i32 { return evaluateAll(GRADIENT + SILU, vectors); }
export function mishGradientInRegisters(vectors: i32): i32 { return evaluateAll(GRADIENT + MISH, vectors); }
