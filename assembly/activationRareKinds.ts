/** The numbers by which the activations that are not in the core are called. */

// src/activations/definitions.ts has the same list.
// @ts-ignore: decorator
@inline export const GENERAL_RELU: i32 = 0;
// @ts-ignore: decorator
@inline export const RELU6: i32 = 1;
// @ts-ignore: decorator
@inline export const HARD_SILU: i32 = 2;
// @ts-ignore: decorator
@inline export const CELU: i32 = 3;
// @ts-ignore: decorator
@inline export const SQUAREPLUS: i32 = 4;
// @ts-ignore: decorator
@inline export const HARD_TANH: i32 = 5;
// @ts-ignore: decorator
@inline export const HARD_SHRINK: i32 = 6;
// @ts-ignore: decorator
@inline export const SOFT_SHRINK: i32 = 7;
// @ts-ignore: decorator
@inline export const TANH_SHRINK: i32 = 8;
// @ts-ignore: decorator
@inline export const THRESHOLD: i32 = 9;
// @ts-ignore: decorator
@inline export const LOG_SIGMOID: i32 = 10;
// @ts-ignore: decorator
@inline export const SPARSE_PLUS: i32 = 11;
// @ts-ignore: decorator
@inline export const SPARSE_SIGMOID: i32 = 12;
// @ts-ignore: decorator
@inline export const GELU: i32 = 13;
// @ts-ignore: decorator
@inline export const GELU_TANH: i32 = 14;
// @ts-ignore: decorator
@inline export const SILU: i32 = 15;
// @ts-ignore: decorator
@inline export const SOFTPLUS: i32 = 16;
// @ts-ignore: decorator
@inline export const MISH: i32 = 17;
