/**
 * The functions of math.ts over arrays: y[i] = f(x[i]), with y overwritten and x allowed to be y.
 * Tests and scripts/check/math.js reach the vector functions through them.
 */
import { expVector, expm1Vector, log1pVector, logVector, sigmoidVector, tanhVector } from "./math";
import { LANES, FLOAT_BYTES, VECTOR_BYTES, loadTail, storeTail } from "./simd";

// @ts-ignore: decorator
@inline const EXP: i32 = 0;
// @ts-ignore: decorator
@inline const LOG: i32 = 1;
// @ts-ignore: decorator
@inline const TANH: i32 = 2;
// @ts-ignore: decorator
@inline const SIGMOID: i32 = 3;
// @ts-ignore: decorator
@inline const EXPM1: i32 = 4;
// @ts-ignore: decorator
@inline const LOG1P: i32 = 5;

// @ts-ignore: decorator
@inline function evaluate(name: i32, x: v128): v128 {
  if (name == EXP) return expVector(x);
  if (name == LOG) return logVector(x);
  if (name == TANH) return tanhVector(x);
  if (name == SIGMOID) return sigmoidVector(x);
  if (name == EXPM1) return expm1Vector(x);
  return log1pVector(x);
}

/** `name` is a constant in every call, so each caller keeps the one branch it needs. */
// @ts-ignore: decorator
@inline function map(name: i32, x: usize, y: usize, count: i32): void {
  const vectorEnd = x + (<usize>(count & ~(LANES - 1))) * FLOAT_BYTES;
  while (x < vectorEnd) {
    v128.store(y, evaluate(name, v128.load(x)));
    x += VECTOR_BYTES;
    y += VECTOR_BYTES;
  }
  const tail = count & (LANES - 1);
  if (tail) storeTail(y, evaluate(name, loadTail(x, tail)), tail);
}

/** y = e^x. */
export function expArray(x: usize, y: usize, count: i32): void {
  map(EXP, x, y, count);
}

/** y = ln x. */
export function logArray(x: usize, y: usize, count: i32): void {
  map(LOG, x, y, count);
}

/** y = tanh x. */
export function tanhArray(x: usize, y: usize, count: i32): void {
  map(TANH, x, y, count);
}

/** y = 1 / (1 + e^-x). */
export function sigmoidArray(x: usize, y: usize, count: i32): void {
  map(SIGMOID, x, y, count);
}

/** y = e^x - 1. */
export function expm1Array(x: usize, y: usize, count: i32): void {
  map(EXPM1, x, y, count);
}

/** y = ln(1 + x). */
export function log1pArray(x: usize, y: usize, count: i32): void {
  map(LOG1P, x, y, count);
}
