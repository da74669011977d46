/**
 * Yardsticks of the benchmarks, in none of the modules: what memory and arithmetic allow at best.
 */
import { dGelu, dGeluTanh, gelu, geluTanh } from "./activationGelu";
import { dElu, dMish, dSelu, dSilu, dSoftplus, elu, mish, selu, silu, softplus } from "./activationSmooth";
import { expVector, expm1Vector, log1pVector, logVector, sigmoidVector, tanhVector } from "./math";
import { VECTOR_BYTES } from "./simd";

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

/** destination = source by the engine's own instruction. */
export function copyMemory(destination: usize, source: usize, bytes: usize): void {
  memory.copy(destination, source, bytes);
}

// What evaluateInRegisters computes. bench/transcendentals.js has the same list.
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
  if (kind == ELU) return elu(x, one);
  if (kind == SELU) return selu(x);
  if (kind == SOFTPLUS) return softplus(x);
  if (kind == GELU) return gelu(x);
  if (kind == GELU_TANH) return geluTanh(x);
  if (kind == SILU) return silu(x);
  if (kind == MISH) return mish(x);
  if (kind == GRADIENT + ELU) return dElu(dY, x, one);
  if (kind == GRADIENT + SELU) return dSelu(dY, x);
  if (kind == GRADIENT + SOFTPLUS) return dSoftplus(dY, x);
  if (kind == GRADIENT + GELU) return dGelu(dY, x);
  if (kind == GRADIENT + GELU_TANH) return dGeluTanh(dY, x);
  if (kind == GRADIENT + SILU) return dSilu(dY, x);
  if (kind == GRADIENT + MISH) return dMish(dY, x);
  return f32x4.div(dY, f32x4.sqrt(x));
}

/** The numbers from 0.01 on, in steps so small that none leaves the range where all functions have their usual path. */
// @ts-ignore: decorator
@inline function evaluateAll(kind: i32, vectors: i32): v128 {
  const stride = f32x4.splat(0.001);
  const dY = f32x4.splat(0.5);
  let x = f32x4(0.01, -0.01, 0.7, -0.7);
  if (kind == LOG || kind == ROOT_AND_QUOTIENT) x = f32x4.abs(x);
  let results = i32x4.splat(0);
  for (; vectors > 0; vectors--) {
    results = v128.xor(results, evaluate(kind, x, dY));
    x = f32x4.add(x, stride);
  }
  return results;
}

/**
 * The arithmetic of a kernel without its memory: the function of as many vectors, which are made by an
 * addition each, and whose results are kept by an operation on bits.
 *
 * @returns a number that depends on every result, so that none can be left out
 */
export function evaluateInRegisters(kind: i32, vectors: i32): i32 {
  return i32x4.extract_lane(evaluateKind(kind, vectors), 0);
}

function evaluateKind(kind: i32, vectors: i32): v128 {
  switch (kind) {
    case EXP: return evaluateAll(EXP, vectors);
    case LOG: return evaluateAll(LOG, vectors);
    case EXPM1: return evaluateAll(EXPM1, vectors);
    case LOG1P: return evaluateAll(LOG1P, vectors);
    case TANH: return evaluateAll(TANH, vectors);
    case SIGMOID: return evaluateAll(SIGMOID, vectors);
    case ELU: return evaluateAll(ELU, vectors);
    case SELU: return evaluateAll(SELU, vectors);
    case SOFTPLUS: return evaluateAll(SOFTPLUS, vectors);
    case GELU: return evaluateAll(GELU, vectors);
    case GELU_TANH: return evaluateAll(GELU_TANH, vectors);
    case SILU: return evaluateAll(SILU, vectors);
    case MISH: return evaluateAll(MISH, vectors);
    case GRADIENT + ELU: return evaluateAll(GRADIENT + ELU, vectors);
    case GRADIENT + SELU: return evaluateAll(GRADIENT + SELU, vectors);
    case GRADIENT + SOFTPLUS: return evaluateAll(GRADIENT + SOFTPLUS, vectors);
    case GRADIENT + GELU: return evaluateAll(GRADIENT + GELU, vectors);
    case GRADIENT + GELU_TANH: return evaluateAll(GRADIENT + GELU_TANH, vectors);
    case GRADIENT + SILU: return evaluateAll(GRADIENT + SILU, vectors);
    case GRADIENT + MISH: return evaluateAll(GRADIENT + MISH, vectors);
    default: return evaluateAll(ROOT_AND_QUOTIENT, vectors);
  }
}
