/**
 * A step of long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), as in
 * Keras: z = x.W + b + h'.U has the parts i, f, c and o of each row side by side, h' and c' being what was before;
 * i, f, o = g(z), c~ = a(z), c = f c' + i c~, h = o a(c).
 */
import { gate, gateSlope, loadPart, stateGradientLanes, storePart } from "./recurrenceGates";
import { FLOAT_BYTES, LANES, madd } from "./simd";

/** The sum of two parts of a row; the first is overwritten with it. */
// @ts-ignore: decorator
@inline function addUp(z: usize, recurrent: usize, lanes: i32): v128 {
  const sum = f32x4.add(loadPart(z, lanes), loadPart(recurrent, lanes));
  storePart(z, sum, lanes);
  return sum;
}

/**
 * z = z + recurrent; then the gates, c and h as above.
 *
 * @param z [rows, 4, units], x.W + b before, the whole sum after
 * @param recurrent [rows, 4, units], h'.U
 * @param gates [rows, 4, units], overwritten with i, f, c~ and o; may be z where nobody reads that again
 * @param previousCells [rows, units], c'
 * @param cells [rows, units], overwritten with c
 * @param activated [rows, units], overwritten with a(c)
 * @param states [rows, units], overwritten with h
 * @param activation a, a kind of activationKinds.ts
 * @param recurrentActivation g
 */
export function lstmStepForward(
  z: usize, recurrent: usize, gates: usize, previousCells: usize, cells: usize, activated: usize, states: usize,
  rows: i32, units: i32, activation: i32, alpha: f32, recurrentActivation: i32, recurrentAlpha: f32,
): void {
  const part = <usize>units * FLOAT_BYTES;
  let wide: usize = 0, at: usize = 0;
  for (; rows > 0; rows--, wide += 3 * part) {
    for (let left = units; left > 0; left -= LANES) {
      const lanes = min(left, LANES);
      const zAt = z + wide, recurrentAt = recurrent + wide, gatesAt = gates + wide;
      const input = gate(recurrentActivation, addUp(zAt, recurrentAt, lanes), recurrentAlpha);
      const forget = gate(recurrentActivation, addUp(zAt + part, recurrentAt + part, lanes), recurrentAlpha);
      const candidate = gate(activation, addUp(zAt + 2 * part, recurrentAt + 2 * part, lanes), alpha);
      const output = gate(recurrentActivation, addUp(zAt + 3 * part, recurrentAt + 3 * part, lanes), recurrentAlpha);
      storePart(gatesAt, input, lanes);
      storePart(gatesAt + part, forget, lanes);
      storePart(gatesAt + 2 * part, candidate, lanes);
      storePart(gatesAt + 3 * part, output, lanes);
      const cell = madd(forget, loadPart(previousCells + at, lanes), f32x4.mul(input, candidate));
      const active = gate(activation, cell, alpha);
      storePart(cells + at, cell, lanes);
      storePart(activated + at, active, lanes);
      storePart(states + at, f32x4.mul(output, active), lanes);
      const bytes = <usize>lanes * FLOAT_BYTES;
      wide += bytes;
      at += bytes;
    }
  }
}

/**
 * dZ from dH, which stateGradientLanes of recurrenceGates.ts adds up, and dC: dC += dH o a'(c), then
 * dZ = (dC c~ g', dC c' g', dC i a', dH a(c) g'), and dC' = dC f.
 *
 * @param dY the gradient of the step's output, row i at dY + i dYStride, or 0 for none
 * @param dYStride floats
 * @param dRecurrent [rows, units], what comes through the next step's product, or 0
 * @param mask [rows, units], or 0 for none
 * @param dDirect [rows, units], or 0
 * @param gates [rows, 4, units], i, f, c~ and o
 * @param sources [rows, 4, units], gates where a takes its slope from the result, else z
 * @param recurrentSources [rows, 4, units], gates where g takes its slope from the result, else z
 * @param previousCells [rows, units], c'
 * @param cellSources [rows, units], a(c) where a takes its slope from the result, else c
 * @param activated [rows, units], a(c)
 * @param dCells [rows, units], dC as the next step left it before, dC' after
 * @param dZ [rows, 4, units], overwritten; may be gates or a source
 */
export function lstmStepBackward(
  dY: usize, dYStride: i32, dRecurrent: usize, mask: usize, dDirect: usize, gates: usize, sources: usize,
  recurrentSources: usize, previousCells: usize, cellSources: usize, activated: usize, dCells: usize, dZ: usize,
  rows: i32, units: i32, activation: i32, alpha: f32, recurrentActivation: i32, recurrentAlpha: f32,
): void {
  const part = <usize>units * FLOAT_BYTES;
  const skippedBytes = dY ? <usize>(dYStride - units) * FLOAT_BYTES : 0;
  let wide: usize = 0, at: usize = 0;
  for (; rows > 0; rows--, wide += 3 * part, dY += skippedBytes) {
    for (let left = units; left > 0; left -= LANES) {
      const lanes = min(left, LANES);
      const gatesAt = gates + wide, from = recurrentSources + wide, to = dZ + wide;
      const input = loadPart(gatesAt, lanes), forget = loadPart(gatesAt + part, lanes);
      const candidate = loadPart(gatesAt + 2 * part, lanes), output = loadPart(gatesAt + 3 * part, lanes);
      const dState = stateGradientLanes(dY, dRecurrent, mask, dDirect, at, lanes);
      const through = gateSlope(activation, loadPart(cellSources + at, lanes), f32x4.mul(dState, output), alpha);
      const dCell = f32x4.add(loadPart(dCells + at, lanes), through);
      storePart(dCells + at, f32x4.mul(dCell, forget), lanes);
      const dInput = f32x4.mul(dCell, candidate);
      const dForget = f32x4.mul(dCell, loadPart(previousCells + at, lanes));
      const dCandidate = f32x4.mul(dCell, input);
      const dOutput = f32x4.mul(dState, loadPart(activated + at, lanes));
      const candidateSource = loadPart(sources + wide + 2 * part, lanes);
      storePart(to, gateSlope(recurrentActivation, loadPart(from, lanes), dInput, recurrentAlpha), lanes);
      storePart(to + part, gateSlope(recurrentActivation, loadPart(from + part, lanes), dForget, recurrentAlpha), lanes);
      storePart(to + 2 * part, gateSlope(activation, candidateSource, dCandidate, alpha), lanes);
      storePart(to + 3 * part, gateSlope(recurrentActivation, loadPart(from + 3 * part, lanes), dOutput, recurrentAlpha), lanes);
      const bytes = <usize>lanes * FLOAT_BYTES;
      wide += bytes;
      at += bytes;
      if (dY) dY += bytes;
    }
  }
}
