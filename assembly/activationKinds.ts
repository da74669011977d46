/** The numbers by which activations are called; 8 and 10 to 13 are none. */

// src/activations/definitions.ts has the same list.
// @ts-ignore: decorator
@inline export const LINEAR: i32 = 0;
// @ts-ignore: decorator
@inline export const RELU: i32 = 1;
// @ts-ignore: decorator
@inline export const LEAKY_RELU: i32 = 2;
// @ts-ignore: decorator
@inline export const SIGMOID: i32 = 3;
// @ts-ignore: decorator
@inline export const TANH: i32 = 4;
// @ts-ignore: decorator
@inline export const EXPONENTIAL: i32 = 5;
// @ts-ignore: decorator
@inline export const ELU: i32 = 6;
// @ts-ignore: decorator
@inline export const SELU: i32 = 7;
// @ts-ignore: decorator
@inline export const SOFTSIGN: i32 = 9;
// @ts-ignore: decorator
@inline export const HARD_SIGMOID: i32 = 14;
// @ts-ignore: decorator
@inline export const PIECEWISE_LINEAR: i32 = 15;
// @ts-ignore: decorator
@inline export const UNIT_STEP: i32 = 16;
// @ts-ignore: decorator
@inline export const SIGN: i32 = 17;
