/** What the cells of recurrent layers have in common: activations of one vector, and the gradient that arrives. */
import { backward } from "./activationBackward";
import { forward } from "./activationForward";
import { ELU, LINEAR, SELU, SIGMOID, SIGN, TANH, UNIT_STEP } from "./activationKinds";
import { SELU_ALPHA, SELU_SCALE, dSigmoid, dTanh } from "./activationSmooth";
import { LANES, loadLanes, madd, storeLanes } from "./simd";

// Functions rather than inlined code: a cell has up to five activations, and the branches to one that stays the same
// cost little beside its exponential. Exported in line, since the compiler warns of exported functions on vectors.

function activate(kind: i32, x: v128, alpha: f32): v128 {
  if (kind == LINEAR) return x;
  const isSelu = kind == SELU;
  return forward(isSelu ? ELU : kind, x, f32x4.splat(isSelu ? SELU_ALPHA : alpha), f32x4.splat(isSelu ? SELU_SCALE : 1));
}

/** f(x), f being the activation of that kind of activationKinds.ts. */
// @ts-ignore: decorator
@inline export function gate(kind: i32, x: v128, alpha: f32): v128 {
  return activate(kind, x, alpha);
}

function slope(kind: i32, source: v128, dY: v128, alpha: f32): v128 {
  if (kind == LINEAR) return dY;
  if (kind == UNIT_STEP || kind == SIGN) return f32x4.splat(0);
  const isSelu = kind == SELU;
  return backward(isSelu ? ELU : kind, source, dY, f32x4.splat(isSelu ? SELU_ALPHA : alpha),
    f32x4.splat(isSelu ? SELU_SCALE : 1));
}

/** dY f'. `source` is f(x) for relu, sigmoid, tanh and exponential, else x. The usual slopes are shorter than a call. */
// @ts-ignore: decorator
@inline export function gateSlope(kind: i32, source: v128, dY: v128, alpha: f32): v128 {
  if (kind == TANH) return dTanh(dY, source);
  if (kind == SIGMOID) return dSigmoid(dY, source);
  return slope(kind, source, dY, alpha);
}

function loadRest(pointer: usize, lanes: i32): v128 {
  return loadLanes(pointer, lanes);
}

function storeRest(pointer: usize, x: v128, lanes: i32): void {
  storeLanes(pointer, x, lanes);
}

/** loadLanes, in line for four lanes alone: a cell has some twenty of these, and rows end once. */
// @ts-ignore: decorator
@inline export function loadPart(pointer: usize, lanes: i32): v128 {
  return lanes == LANES ? v128.load(pointer) : loadRest(pointer, lanes);
}

/** storeLanes, likewise. */
// @ts-ignore: decorator
@inline export function storePart(pointer: usize, x: v128, lanes: i32): void {
  if (lanes == LANES) v128.store(pointer, x);
  else storeRest(pointer, x, lanes);
}

/** 2^-100. */
const VANISHED: f32 = 7.888609052210118e-31;

/**
 * dState, the gradient of a state: what the output of its step gets, mask times what comes through the next step's
 * product, and what the next step hands on as it is. Each pointer may be 0.
 *
 * Where it is smaller than 2^-100 it becomes 0: gradients that vanish over many steps would go on as subnormal numbers, with
 * which processors take some twenty times as long, and so would products of what is a little larger. NaN stays.
 */
export function stateGradientLanes(
  dY: usize, dRecurrent: usize, mask: usize, dDirect: usize, at: usize, lanes: i32,
): v128 {
  let dState = dY ? loadPart(dY, lanes) : f32x4.splat(0);
  if (dDirect) dState = f32x4.add(dState, loadPart(dDirect + at, lanes));
  if (dRecurrent) {
    const through = loadPart(dRecurrent + at, lanes);
    dState = mask ? madd(through, loadPart(mask + at, lanes), dState) : f32x4.add(dState, through);
  }
  return v128.andnot(dState, f32x4.lt(f32x4.abs(dState), f32x4.splat(VANISHED)));
}
