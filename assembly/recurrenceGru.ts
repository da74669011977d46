/**
 * A step of a gated recurrent unit whose reset gate comes after the product (Cho et al. 2014, in the variant of cuDNN and
 * of Keras's resetAfter): x.W + b0 and h'.U + b1 have the parts z, r and h of each row side by side, h' being the state
 * before; z, r = g(both sums), h~ = a(x part + r recurrent part), h = z h' + (1 - z) h~.
 */
import { writeTable } from "./mathTable";
import { gateSlope, loadPart, stateGradientLanes, storePart } from "./recurrenceGates";
import { activateSums } from "./recurrenceRows";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, madd } from "./simd";

/** h = z h' + (1 - z) h~ of one row. */
export function mixRow(gates: usize, previousStates: usize, states: usize, units: i32): void {
  const part = <usize>units * FLOAT_BYTES;
  for (let at: usize = 0, left = units; left > 0; left -= LANES, at += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    const update = loadPart(gates + at, lanes);
    const added = f32x4.mul(f32x4.sub(f32x4.splat(1), update), loadPart(gates + 2 * part + at, lanes));
    storePart(states + at, madd(update, loadPart(previousStates + at, lanes), added), lanes);
  }
}

/**
 * The gates and h as above.
 *
 * @param z [rows, 3, units], x.W + b0 before, what goes into the activations after
 * @param recurrent [rows, 3, units], h'.U + b1
 * @param gates [rows, 3, units], overwritten with z, r and h~; may be z where nobody reads that again
 * @param previousStates [rows, units], h'
 * @param states [rows, units], overwritten with h
 * @param activation a, a kind of activationKinds.ts
 * @param recurrentActivation g
 * @param workspace TABLE_BYTES bytes
 */
export function gruStepForward(
  z: usize, recurrent: usize, gates: usize, previousStates: usize, states: usize, rows: i32, units: i32,
  activation: i32, alpha: f32, recurrentActivation: i32, recurrentAlpha: f32, workspace: usize,
): void {
  const part = <usize>units * FLOAT_BYTES;
  writeTable(workspace);
  for (; rows > 0; rows--) {
    activateSums(recurrentActivation, z, recurrent, gates, 2 * units, recurrentAlpha, workspace);
    for (let at: usize = 0, left = units; left > 0; left -= LANES, at += VECTOR_BYTES) {
      const lanes = min(left, LANES);
      const candidate = z + 2 * part + at;
      const reset = loadPart(gates + part + at, lanes);
      storePart(candidate, madd(reset, loadPart(recurrent + 2 * part + at, lanes), loadPart(candidate, lanes)), lanes);
    }
    activateSums(activation, z + 2 * part, 0, gates + 2 * part, units, alpha, workspace);
    mixRow(gates, previousStates, states, units);
    z += 3 * part;
    recurrent += 3 * part;
    gates += 3 * part;
    previousStates += part;
    states += part;
  }
}

/**
 * The gradients of both sums from dH, which stateGradientLanes of recurrenceGates.ts adds up:
 * dZ = (dH (h' - h~) g', dh recurrent part g', dh = dH (1 - z) a'); of the recurrent sum the same with dh r for
 * the last part; and dH z goes on to h' as it is.
 *
 * @param dY the gradient of the step's output, row i at dY + i dYStride, or 0 for none
 * @param dYStride floats
 * @param dRecurrent [rows, units], what comes through the next step's product, or 0
 * @param mask [rows, units], or 0 for none
 * @param dDirect [rows, units], what the next step handed on before (taken for 0 if not `hasDirect`), dH z after
 * @param gates [rows, 3, units], z, r and h~
 * @param sources [rows, 3, units], gates where a takes its slope from the result, else what went into it
 * @param recurrentSources [rows, 3, units], the same for g
 * @param previousStates [rows, units], h'
 * @param recurrent [rows, 3, units], h'.U + b1 before, its gradient after
 * @param dZ [rows, 3, units], overwritten; may be gates or a source
 */
export function gruStepBackward(
  dY: usize, dYStride: i32, dRecurrent: usize, mask: usize, dDirect: usize, hasDirect: i32, gates: usize, sources: usize,
  recurrentSources: usize, previousStates: usize, recurrent: usize, dZ: usize, rows: i32, units: i32, activation: i32,
  alpha: f32, recurrentActivation: i32, recurrentAlpha: f32,
): void {
  const part = <usize>units * FLOAT_BYTES;
  const skippedBytes = dY ? <usize>(dYStride - units) * FLOAT_BYTES : 0;
  const direct = hasDirect ? dDirect : 0;
  let wide: usize = 0, at: usize = 0;
  for (; rows > 0; rows--, wide += 2 * part, dY += skippedBytes) {
    for (let left = units; left > 0; left -= LANES) {
      const lanes = min(left, LANES);
      const gatesAt = gates + wide, from = recurrentSources + wide, recurrentAt = recurrent + wide, to = dZ + wide;
      const update = loadPart(gatesAt, lanes), reset = loadPart(gatesAt + part, lanes);
      const candidate = loadPart(gatesAt + 2 * part, lanes);
      const dState = stateGradientLanes(dY, dRecurrent, mask, direct, at, lanes);
      storePart(dDirect + at, f32x4.mul(dState, update), lanes);
      const dUpdate = f32x4.mul(dState, f32x4.sub(loadPart(previousStates + at, lanes), candidate));
      const dCandidate = f32x4.mul(dState, f32x4.sub(f32x4.splat(1), update));
      const dCandidateSum = gateSlope(activation, loadPart(sources + wide + 2 * part, lanes), dCandidate, alpha);
      const dReset = f32x4.mul(dCandidateSum, loadPart(recurrentAt + 2 * part, lanes));
      const dUpdateSum = gateSlope(recurrentActivation, loadPart(from, lanes), dUpdate, recurrentAlpha);
      const dResetSum = gateSlope(recurrentActivation, loadPart(from + part, lanes), dReset, recurrentAlpha);
      storePart(to, dUpdateSum, lanes);
      storePart(to + part, dResetSum, lanes);
      storePart(to + 2 * part, dCandidateSum, lanes);
      storePart(recurrentAt, dUpdateSum, lanes);
      storePart(recurrentAt + part, dResetSum, lanes);
      storePart(recurrentAt + 2 * part, f32x4.mul(dCandidateSum, reset), lanes);
      const bytes = <usize>lanes * FLOAT_BYTES;
      wide += bytes;
      at += bytes;
      if (dY) dY += bytes;
    }
  }
}
