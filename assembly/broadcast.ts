/**
 * Functions of two tensors that broadcast against each other, element by element: the merging layers and
 * PReLU. All of them and their gradients are one walk over the result.
 *
 * The result has five axes, n0 to n4, the last one contiguous; leading axes that are not needed have size 1,
 * and neighbouring axes that both inputs have, or the same one lacks, are best passed as one. Bit k of
 * `aAxes` is set if a has axis k; where it is not, a has size 1 there and is repeated. The same for b.
 * So [rows, 4] with [rows, 1] is n3 = rows, n4 = 4, aAxes = 0b11111, bAxes = 0b01111.
 */
import { firstLanes } from "./lossLanes";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, horizontalSum, loadLanes, storeLanes, wholeVectorBytes } from "./simd";

/** a + b. */
// @ts-ignore: decorator
@inline export const ADD: i32 = 0;
/** a - b. */
// @ts-ignore: decorator
@inline export const SUBTRACT: i32 = 1;
/** a b. */
// @ts-ignore: decorator
@inline export const MULTIPLY: i32 = 2;
/** max(a, b). */
// @ts-ignore: decorator
@inline export const MAXIMUM: i32 = 3;
/** min(a, b). */
// @ts-ignore: decorator
@inline export const MINIMUM: i32 = 4;
/** a where it is positive, else b a: a is x and b is alpha (He et al. 2015). */
// @ts-ignore: decorator
@inline export const PRELU: i32 = 5;

/** Added to a kind: its gradient with respect to a. */
// @ts-ignore: decorator
@inline const FIRST: i32 = 8;
/** Added to a kind: its gradient with respect to b. */
// @ts-ignore: decorator
@inline const SECOND: i32 = 16;

/** The bits of a tensor that has every axis. */
// @ts-ignore: decorator
@inline const ALL_AXES: i32 = 31;

/** The bits of a tensor that has the last axis alone. */
// @ts-ignore: decorator
@inline const LAST_AXIS: i32 = 16;

// What a run does, as bits: which tensors are repeated along it, and whether the result is added.
// @ts-ignore: decorator
@inline const A_REPEATS: i32 = 1;
// @ts-ignore: decorator
@inline const B_REPEATS: i32 = 2;
// @ts-ignore: decorator
@inline const OUT_REPEATS: i32 = 4;
// @ts-ignore: decorator
@inline const ACCUMULATES: i32 = 8;

/** `kind` is a constant in every call, so a single branch is left of each. */
// @ts-ignore: decorator
@inline function evaluate(kind: i32, dY: v128, a: v128, b: v128): v128 {
  const zero = f32x4.splat(0);
  if (kind == ADD) return f32x4.add(a, b);
  if (kind == SUBTRACT) return f32x4.sub(a, b);
  if (kind == MULTIPLY) return f32x4.mul(a, b);
  if (kind == MAXIMUM) return f32x4.max(a, b);
  if (kind == MINIMUM) return f32x4.min(a, b);
  if (kind == PRELU) return v128.bitselect(a, f32x4.mul(a, b), f32x4.gt(a, zero));
  if (kind == SECOND + SUBTRACT) return f32x4.neg(dY);
  if (kind == FIRST + MULTIPLY) return f32x4.mul(dY, b);
  if (kind == SECOND + MULTIPLY) return f32x4.mul(dY, a);
  if (kind == FIRST + MAXIMUM) return v128.and(dY, f32x4.ge(a, b));
  if (kind == SECOND + MAXIMUM) return v128.andnot(dY, f32x4.ge(a, b));
  if (kind == FIRST + MINIMUM) return v128.and(dY, f32x4.le(a, b));
  if (kind == SECOND + MINIMUM) return v128.andnot(dY, f32x4.le(a, b));
  if (kind == FIRST + PRELU) {
    const slope = v128.bitselect(dY, f32x4.mul(dY, b), f32x4.gt(a, zero));
    return v128.andnot(slope, f32x4.eq(a, zero));
  }
  if (kind == SECOND + PRELU) return f32x4.mul(dY, f32x4.pmin(a, zero));
  return dY;
}

/** The next elements of a tensor, or the same one in every lane where it is repeated. */
// @ts-ignore: decorator
@inline function operand(pointer: usize, offsetBytes: usize, isRepeated: i32, lanes: i32): v128 {
  return isRepeated ? v128.load32_splat(pointer) : loadLanes(pointer + offsetBytes, lanes);
}

/** Up to four elements of a run: stored in `out`, or added there, or given back for a sum where `out` is repeated. */
// @ts-ignore: decorator
@inline function evaluateAt(
  kind: i32, dY: usize, a: usize, b: usize, out: usize, offsetBytes: usize, lanes: i32, mode: i32,
): v128 {
  const first = operand(a, offsetBytes, mode & A_REPEATS, lanes);
  const second = operand(b, offsetBytes, mode & B_REPEATS, lanes);
  const slope = kind >= FIRST ? loadLanes(dY + offsetBytes, lanes) : first;
  let value = evaluate(kind, slope, first, second);
  if (kind < FIRST || !(mode & OUT_REPEATS)) {
    if (kind >= FIRST && mode & ACCUMULATES) value = f32x4.add(loadLanes(out + offsetBytes, lanes), value);
    storeLanes(out + offsetBytes, value, lanes);
  }
  return value;
}

/** The whole vectors of a run along the last axis. */
// @ts-ignore: decorator
@inline function runOf(kind: i32, dY: usize, a: usize, b: usize, out: usize, vectorBytes: usize, mode: i32): void {
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < vectorBytes; at += VECTOR_BYTES)
    sum = f32x4.add(sum, evaluateAt(kind, dY, a, b, out, at, LANES, mode));
  if (kind >= FIRST && mode & OUT_REPEATS) store<f32>(out, load<f32>(out) + horizontalSum(sum));
}

/** The rest of a run, once for all kinds: short runs are seldom where the time goes. */
function finishRun(kind: i32, dY: usize, a: usize, b: usize, out: usize, at: usize, lanes: i32, mode: i32): void {
  const value = v128.and(evaluateAt(kind, dY, a, b, out, at, lanes, mode), firstLanes(lanes));
  if (mode & OUT_REPEATS) store<f32>(out, load<f32>(out) + horizontalSum(value));
}

/** One run along the last axis. */
function run(kind: i32, dY: usize, a: usize, b: usize, out: usize, count: i32, mode: i32): void {
  const vectorBytes = wholeVectorBytes(count);
  if (count & (LANES - 1)) finishRun(kind, dY, a, b, out, vectorBytes, count & (LANES - 1), mode);
  if (!vectorBytes) return;
  switch (kind) {
    case ADD: runOf(ADD, dY, a, b, out, vectorBytes, mode); return;
    case SUBTRACT: runOf(SUBTRACT, dY, a, b, out, vectorBytes, mode); return;
    case MULTIPLY: runOf(MULTIPLY, dY, a, b, out, vectorBytes, mode); return;
    case MAXIMUM: runOf(MAXIMUM, dY, a, b, out, vectorBytes, mode); return;
    case MINIMUM: runOf(MINIMUM, dY, a, b, out, vectorBytes, mode); return;
    case PRELU: runOf(PRELU, dY, a, b, out, vectorBytes, mode); return;
    case SECOND + SUBTRACT: runOf(SECOND + SUBTRACT, dY, a, b, out, vectorBytes, mode); return;
    case FIRST + MULTIPLY: runOf(FIRST + MULTIPLY, dY, a, b, out, vectorBytes, mode); return;
    case SECOND + MULTIPLY: runOf(SECOND + MULTIPLY, dY, a, b, out, vectorBytes, mode); return;
    case FIRST + MAXIMUM: runOf(FIRST + MAXIMUM, dY, a, b, out, vectorBytes, mode); return;
    case SECOND + MAXIMUM: runOf(SECOND + MAXIMUM, dY, a, b, out, vectorBytes, mode); return;
    case FIRST + MINIMUM: runOf(FIRST + MINIMUM, dY, a, b, out, vectorBytes, mode); return;
    case SECOND + MINIMUM: runOf(SECOND + MINIMUM, dY, a, b, out, vectorBytes, mode); return;
    case FIRST + PRELU: runOf(FIRST + PRELU, dY, a, b, out, vectorBytes, mode); return;
    case SECOND + PRELU: runOf(SECOND + PRELU, dY, a, b, out, vectorBytes, mode); return;
    // With respect to either summand, and to what is subtracted from: dY.
    default: runOf(FIRST, dY, a, b, out, vectorBytes, mode);
  }
}

/** Whether the gradient is dY itself. */
// @ts-ignore: decorator
@inline function isSlope(kind: i32): bool {
  return kind == FIRST + ADD || kind == SECOND + ADD || kind == FIRST + SUBTRACT;
}

/** Adds up to four columns of one run or of four runs to the sums. */
// @ts-ignore: decorator
@inline function sumColumns(dY: usize, apart: usize, sums: usize, lanes: i32, four: bool): void {
  let sum = loadLanes(dY, lanes);
  if (four) {
    const others = f32x4.add(loadLanes(dY + 2 * apart, lanes), loadLanes(dY + 3 * apart, lanes));
    sum = f32x4.add(f32x4.add(sum, loadLanes(dY + apart, lanes)), others);
  }
  storeLanes(sums, f32x4.add(loadLanes(sums, lanes), sum), lanes);
}

/** Adds each run, or with `four` each run and three others, to the sums. */
// @ts-ignore: decorator
@inline function addRuns(dY: usize, end: usize, apart: usize, sums: usize, columns: i32, four: bool): void {
  const vectorBytes = wholeVectorBytes(columns);
  const tail = columns & (LANES - 1);
  for (; dY < end; dY += <usize>columns * FLOAT_BYTES) {
    let at: usize = 0;
    for (; at < vectorBytes; at += VECTOR_BYTES) sumColumns(dY + at, apart, sums + at, LANES, four);
    if (tail) sumColumns(dY + at, apart, sums + at, tail, four);
  }
}

/**
 * sums[j] = the sum over all runs i of dY[i, j]: the gradient of a bias. Four quarters of the runs are walked at
 * the same time, which memory brings sooner than one; then what is left.
 */
function sumRuns(dY: usize, sums: usize, runs: i32, columns: i32): void {
  const runBytes = <usize>columns * FLOAT_BYTES;
  const quarterBytes = <usize>(runs >> 2) * runBytes;
  memory.fill(sums, 0, runBytes);
  addRuns(dY, dY + quarterBytes, quarterBytes, sums, columns, true);
  addRuns(dY + 4 * quarterBytes, dY + <usize>runs * runBytes, 0, sums, columns, false);
}

/** The elements of the axes from `axis` on, of those that a tensor has. */
function elementsFrom(axis: i32, axes: i32, n0: i32, n1: i32, n2: i32, n3: i32, n4: i32): i32 {
  axes = axes >> axis << axis;
  return (axes & 1 ? n0 : 1) * (axes & 2 ? n1 : 1) * (axes & 4 ? n2 : 1) * (axes & 8 ? n3 : 1) * (axes & 16 ? n4 : 1);
}

/** Bytes from an element to its neighbour along an axis; 0 where the tensor is repeated. */
// @ts-ignore: decorator
@inline function stride(axis: i32, axes: i32, n1: i32, n2: i32, n3: i32, n4: i32): usize {
  return (axes >> axis) & 1 ? <usize>elementsFrom(axis + 1, axes, 1, n1, n2, n3, n4) * FLOAT_BYTES : 0;
}

/** Where one run begins in a tensor, in bytes. */
// @ts-ignore: decorator
@inline function offset(i0: i32, i1: i32, i2: i32, i3: i32, s0: usize, s1: usize, s2: usize, s3: usize): usize {
  return <usize>i0 * s0 + <usize>i1 * s1 + <usize>i2 * s2 + <usize>i3 * s3;
}

/** All runs of a kind, in the order of the result. `outAxes` are those of out; dY has every axis. */
function walk(kind: i32, dY: usize, a: usize, b: usize, out: usize,
  n0: i32, n1: i32, n2: i32, n3: i32, n4: i32, aAxes: i32, bAxes: i32, outAxes: i32): void {
  if ((aAxes & bAxes & outAxes) == ALL_AXES) {
    run(kind, dY, a, b, out, n0 * n1 * n2 * n3 * n4, 0);
    return;
  }
  if (outAxes == LAST_AXIS && isSlope(kind)) {
    sumRuns(dY, out, n0 * n1 * n2 * n3, n4);
    return;
  }
  let mode = outAxes == ALL_AXES ? 0 : ACCUMULATES;
  if (mode) memory.fill(out, 0, <usize>elementsFrom(0, outAxes, n0, n1, n2, n3, n4) * FLOAT_BYTES);
  if (!(aAxes & 16)) mode |= A_REPEATS;
  if (!(bAxes & 16)) mode |= B_REPEATS;
  if (!(outAxes & 16)) mode |= OUT_REPEATS;
  const a0 = stride(0, aAxes, n1, n2, n3, n4), a1 = stride(1, aAxes, n1, n2, n3, n4);
  const a2 = stride(2, aAxes, n1, n2, n3, n4), a3 = stride(3, aAxes, n1, n2, n3, n4);
  const b0 = stride(0, bAxes, n1, n2, n3, n4), b1 = stride(1, bAxes, n1, n2, n3, n4);
  const b2 = stride(2, bAxes, n1, n2, n3, n4), b3 = stride(3, bAxes, n1, n2, n3, n4);
  const out0 = stride(0, outAxes, n1, n2, n3, n4), out1 = stride(1, outAxes, n1, n2, n3, n4);
  const out2 = stride(2, outAxes, n1, n2, n3, n4), out3 = stride(3, outAxes, n1, n2, n3, n4);
  const runBytes = <usize>n4 * FLOAT_BYTES;
  for (let i0 = 0; i0 < n0; i0++) {
    for (let i1 = 0; i1 < n1; i1++) {
      for (let i2 = 0; i2 < n2; i2++) {
        for (let i3 = 0; i3 < n3; i3++, dY += runBytes) {
          run(kind, dY, a + offset(i0, i1, i2, i3, a0, a1, a2, a3), b + offset(i0, i1, i2, i3, b0, b1, b2, b3),
            out + offset(i0, i1, i2, i3, out0, out1, out2, out3), n4, mode);
        }
      }
    }
  }
}

/**
 * y = a + b, a - b, a b, max(a, b), min(a, b), or a > 0 ? a : b a, by `kind`. NaN in either gives NaN.
 *
 * @param kind ADD, SUBTRACT, MULTIPLY, MAXIMUM, MINIMUM or PRELU
 * @param a the axes of `aAxes`
 * @param b the axes of `bAxes`
 * @param y [n0, n1, n2, n3, n4], overwritten; may be an input that has every axis
 */
export function broadcastForward(kind: i32, a: usize, b: usize, y: usize,
  n0: i32, n1: i32, n2: i32, n3: i32, n4: i32, aAxes: i32, bAxes: i32): void {
  walk(kind, a, a, b, y, n0, n1, n2, n3, n4, aAxes, bAxes, ALL_AXES);
}

/**
 * dA = dY dy/da, summed over the axes that a lacks. Where a and b are equal, all of the gradient of a
 * maximum or a minimum is a's; where one of them is NaN, it is b's (as TensorFlow has it). PReLU has the
 * slope 0 where a is 0, as the two rectifiers have of which Keras makes it.
 *
 * @param a the axes of `aAxes`
 * @param b the axes of `bAxes`
 * @param dY [n0, n1, n2, n3, n4]
 * @param dA the axes of `aAxes`, overwritten; may be dY where these are all
 */
export function broadcastBackwardFirst(kind: i32, a: usize, b: usize, dY: usize, dA: usize,
  n0: i32, n1: i32, n2: i32, n3: i32, n4: i32, aAxes: i32, bAxes: i32): void {
  walk(FIRST + kind, dY, a, b, dA, n0, n1, n2, n3, n4, aAxes, bAxes, aAxes);
}

/**
 * dB = dY dy/db, summed over the axes that b lacks; see broadcastBackwardFirst.
 *
 * @param a the axes of `aAxes`
 * @param b the axes of `bAxes`
 * @param dY [n0, n1, n2, n3, n4]
 * @param dB the axes of `bAxes`, overwritten; may be dY where these are all
 */
export function broadcastBackwardSecond(kind: i32, a: usize, b: usize, dY: usize, dB: usize,
  n0: i32, n1: i32, n2: i32, n3: i32, n4: i32, aAxes: i32, bAxes: i32): void {
  walk(SECOND + kind, dY, a, b, dB, n0, n1, n2, n3, n4, aAxes, bAxes, bAxes);
}
