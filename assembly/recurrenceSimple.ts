/** A step of a simple recurrent layer (Elman 1990; Keras's SimpleRNN): h = f(x.W + b + h'.U), h' the state before. */
import { writeTable } from "./mathTable";
import { gateSlope, loadPart, stateGradientLanes, storePart } from "./recurrenceGates";
import { activateSums } from "./recurrenceRows";
import { FLOAT_BYTES, LANES } from "./simd";

/**
 * z = z + recurrent; h = f(z).
 *
 * @param z [count], x.W + b before, the whole sum after
 * @param recurrent [count], h'.U
 * @param states [count], overwritten with h; may be z where nobody reads that again
 * @param activation a kind of activationKinds.ts
 * @param workspace TABLE_BYTES bytes
 */
export function simpleRnnStepForward(
  z: usize, recurrent: usize, states: usize, count: i32, activation: i32, alpha: f32, workspace: usize,
): void {
  writeTable(workspace);
  activateSums(activation, z, recurrent, states, count, alpha, workspace);
}

/**
 * dZ = dH f'(z), with dH as stateGradientLanes of recurrenceGates.ts adds it up.
 *
 * @param dY the gradient of the step's output, row i at dY + i dYStride, or 0 for none
 * @param dYStride floats
 * @param dRecurrent [rows, units], what comes through the next step's product, or 0
 * @param mask [rows, units], or 0 for none
 * @param dDirect [rows, units], or 0
 * @param source [rows, units], h where the activation takes its slope from the result, else z
 * @param dZ [rows, units], overwritten; may be source
 */
export function simpleRnnStepBackward(
  dY: usize, dYStride: i32, dRecurrent: usize, mask: usize, dDirect: usize, source: usize, dZ: usize, rows: i32,
  units: i32, activation: i32, alpha: f32,
): void {
  const skippedBytes = dY ? <usize>(dYStride - units) * FLOAT_BYTES : 0;
  let at: usize = 0;
  for (; rows > 0; rows--, dY += skippedBytes) {
    for (let left = units; left > 0; left -= LANES) {
      const lanes = min(left, LANES);
      const bytes = <usize>lanes * FLOAT_BYTES;
      const dState = stateGradientLanes(dY, dRecurrent, mask, dDirect, at, lanes);
      storePart(dZ + at, gateSlope(activation, loadPart(source + at, lanes), dState, alpha), lanes);
      at += bytes;
      if (dY) dY += bytes;
    }
  }
}
