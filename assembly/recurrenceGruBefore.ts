/**
 * A step of a gated recurrent unit whose reset gate comes before the product (Cho et al. 2014; Keras's resetAfter:
 * false), in two halves with the product between them: z, r = g(x.W + b + h'.U), then h~ = a(x.W + b + (r h').U) and
 * h = z h' + (1 - z) h~. x.W + b has the parts z, r and h of each row side by side; the products with U are two, of its
 * first two parts and of its last. h' is the state before, and m h' what recurrent dropout leaves of it.
 */
import { writeTable } from "./mathTable";
import { gateSlope, loadPart, stateGradientLanes, storePart } from "./recurrenceGates";
import { mixRow } from "./recurrenceGru";
import { activateSums } from "./recurrenceRows";
import { FLOAT_BYTES, LANES, VECTOR_BYTES } from "./simd";

/**
 * z and r, and r m h'.
 *
 * @param z [rows, 3, units], x.W + b before, the sums of the first two parts after
 * @param recurrent [rows, 2, units], (m h').U
 * @param gates [rows, 3, units], the first two parts overwritten with z and r; may be z where nobody reads that again
 * @param maskedStates [rows, units], m h'
 * @param resetStates [rows, units], overwritten with r m h'
 * @param recurrentActivation g, a kind of activationKinds.ts
 * @param workspace TABLE_BYTES bytes
 */
export function gruGatesForward(
  z: usize, recurrent: usize, gates: usize, maskedStates: usize, resetStates: usize, rows: i32, units: i32,
  recurrentActivation: i32, recurrentAlpha: f32, workspace: usize,
): void {
  const part = <usize>units * FLOAT_BYTES;
  writeTable(workspace);
  for (; rows > 0; rows--) {
    activateSums(recurrentActivation, z, recurrent, gates, 2 * units, recurrentAlpha, workspace);
    for (let at: usize = 0, left = units; left > 0; left -= LANES, at += VECTOR_BYTES) {
      const lanes = min(left, LANES);
      const reset = loadPart(gates + part + at, lanes);
      storePart(resetStates + at, f32x4.mul(reset, loadPart(maskedStates + at, lanes)), lanes);
    }
    z += 3 * part;
    recurrent += 2 * part;
    gates += 3 * part;
    maskedStates += part;
    resetStates += part;
  }
}

/**
 * h~ and h.
 *
 * @param z [rows, 3, units], x.W + b in its last part before, the whole sum there after
 * @param recurrent [rows, units], (r m h').U
 * @param gates [rows, 3, units], z in the first part; the last is overwritten with h~; may be z as above
 * @param previousStates [rows, units], h'
 * @param states [rows, units], overwritten with h
 * @param activation a, a kind of activationKinds.ts
 * @param workspace TABLE_BYTES bytes
 */
export function gruCandidateForward(
  z: usize, recurrent: usize, gates: usize, previousStates: usize, states: usize, rows: i32, units: i32,
  activation: i32, alpha: f32, workspace: usize,
): void {
  const part = <usize>units * FLOAT_BYTES;
  writeTable(workspace);
  for (; rows > 0; rows--) {
    activateSums(activation, z + 2 * part, recurrent, gates + 2 * part, units, alpha, workspace);
    mixRow(gates, previousStates, states, units);
    z += 3 * part;
    recurrent += part;
    gates += 3 * part;
    previousStates += part;
    states += part;
  }
}

/**
 * From dH, which stateGradientLanes of recurrenceGates.ts adds up: dZ of the update gate, dH (h' - h~) g', and of the
 * candidate, dH (1 - z) a'; and dH z, which goes on to h' as it is.
 *
 * @param dY the gradient of the step's output, row i at dY + i dYStride, or 0 for none
 * @param dYStride floats
 * @param dRecurrent [rows, units], the gradient of m h of this step, or 0
 * @param mask [rows, units], or 0 for none
 * @param dDirect [rows, units], what the next step handed on before (taken for 0 if not `hasDirect`), dH z after
 * @param gates [rows, 3, units], z, r and h~
 * @param sources [rows, 3, units], gates where a takes its slope from the result, else what went into it
 * @param recurrentSources [rows, 3, units], the same for g
 * @param previousStates [rows, units], h'
 * @param dGates [rows, 2, units], the first part overwritten with dZ of the update gate
 * @param dCandidates [rows, units], overwritten with dZ of the candidate
 */
export function gruCandidateBackward(
  dY: usize, dYStride: i32, dRecurrent: usize, mask: usize, dDirect: usize, hasDirect: i32, gates: usize, sources: usize,
  recurrentSources: usize, previousStates: usize, dGates: usize, dCandidates: usize, rows: i32, units: i32,
  activation: i32, alpha: f32, recurrentActivation: i32, recurrentAlpha: f32,
): void {
  const part = <usize>units * FLOAT_BYTES;
  const skippedBytes = dY ? <usize>(dYStride - units) * FLOAT_BYTES : 0;
  const direct = hasDirect ? dDirect : 0;
  let wide: usize = 0, at: usize = 0;
  for (; rows > 0; rows--, wide += 2 * part, dGates += part, dY += skippedBytes) {
    for (let left = units; left > 0; left -= LANES) {
      const lanes = min(left, LANES);
      const update = loadPart(gates + wide, lanes), candidate = loadPart(gates + wide + 2 * part, lanes);
      const dState = stateGradientLanes(dY, dRecurrent, mask, direct, at, lanes);
      storePart(dDirect + at, f32x4.mul(dState, update), lanes);
      const dUpdate = f32x4.mul(dState, f32x4.sub(loadPart(previousStates + at, lanes), candidate));
      const dCandidate = f32x4.mul(dState, f32x4.sub(f32x4.splat(1), update));
      const source = loadPart(sources + wide + 2 * part, lanes);
      storePart(dCandidates + at, gateSlope(activation, source, dCandidate, alpha), lanes);
      const updateSource = loadPart(recurrentSources + wide, lanes);
      storePart(dGates, gateSlope(recurrentActivation, updateSource, dUpdate, recurrentAlpha), lanes);
      const bytes = <usize>lanes * FLOAT_BYTES;
      wide += bytes;
      at += bytes;
      dGates += bytes;
      if (dY) dY += bytes;
    }
  }
}

/**
 * From dR, the gradient of r m h': dZ of the reset gate, dR m h' g', and dR r, which goes on to m h'.
 *
 * @param dReset [rows, units], dR before, dR r after
 * @param gates [rows, 3, units], r in the second part
 * @param recurrentSources [rows, 3, units], gates where g takes its slope from the result, else what went into it
 * @param maskedStates [rows, units], m h'
 * @param dGates [rows, 2, units], the second part overwritten with dZ of the reset gate
 */
export function gruResetBackward(
  dReset: usize, gates: usize, recurrentSources: usize, maskedStates: usize, dGates: usize, rows: i32, units: i32,
  recurrentActivation: i32, recurrentAlpha: f32,
): void {
  const part = <usize>units * FLOAT_BYTES;
  let wide: usize = part, at: usize = 0;
  dGates += part;
  for (; rows > 0; rows--, wide += 2 * part, dGates += part) {
    for (let left = units; left > 0; left -= LANES) {
      const lanes = min(left, LANES);
      const dState = loadPart(dReset + at, lanes);
      const slopes = f32x4.mul(dState, loadPart(maskedStates + at, lanes));
      const source = loadPart(recurrentSources + wide, lanes);
      storePart(dGates, gateSlope(recurrentActivation, source, slopes, recurrentAlpha), lanes);
      storePart(dReset + at, f32x4.mul(dState, loadPart(gates + wide, lanes)), lanes);
      const bytes = <usize>lanes * FLOAT_BYTES;
      wide += bytes;
      at += bytes;
      dGates += bytes;
    }
  }
}
