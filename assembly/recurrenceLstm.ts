/**
 * A step of long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), as in
 * Keras: z = x.W + b + h'.U has the parts i, f, c and o of each row side by side, h' and c' being what was before;
 * i, f, o = g(z), c~ = a(z), c = f c' + i c~, h = o a(c).
 */
import { SIGMOID, TANH } from "./activationKinds";
import { dSigmoid, dTanh } from "./activationSmooth";
import { writeTable } from "./mathTable";
import { gateSlope, loadPart, stateGradientLanes, storePart } from "./recurrenceGates";
import { activateSums } from "./recurrenceRows";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, madd } from "./simd";

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
 * @param workspace TABLE_BYTES bytes
 */
export function lstmStepForward(
  z: usize, recurrent: usize, gates: usize, previousCells: usize, cells: usize, activated: usize, states: usize,
  rows: i32, units: i32, activation: i32, alpha: f32, recurrentActivation: i32, recurrentAlpha: f32, workspace: usize,
): void {
  const part = <usize>units * FLOAT_BYTES;
  writeTable(workspace);
  for (; rows > 0; rows--) {
    activateSums(recurrentActivation, z, recurrent, gates, 2 * units, recurrentAlpha, workspace);
    activateSums(activation, z + 2 * part, recurrent + 2 * part, gates + 2 * part, units, alpha, workspace);
    activateSums(recurrentActivation, z + 3 * part, recurrent + 3 * part, gates + 3 * part, units, recurrentAlpha, workspace);
    for (let at: usize = 0, left = units; left > 0; left -= LANES, at += VECTOR_BYTES) {
      const lanes = min(left, LANES);
      const added = f32x4.mul(loadPart(gates + at, lanes), loadPart(gates + 2 * part + at, lanes));
      const kept = loadPart(gates + part + at, lanes);
      storePart(cells + at, madd(kept, loadPart(previousCells + at, lanes), added), lanes);
    }
    activateSums(activation, cells, 0, activated, units, alpha, workspace);
    for (let at: usize = 0, left = units; left > 0; left -= LANES, at += VECTOR_BYTES) {
      const lanes = min(left, LANES);
      const output = loadPart(gates + 3 * part + at, lanes);
      storePart(states + at, f32x4.mul(output, loadPart(activated + at, lanes)), lanes);
    }
    z += 4 * part;
    recurrent += 4 * part;
    gates += 4 * part;
    previousCells += part;
    cells += part;
    activated += part;
    states += part;
  }
}

/** The slopes of a cell with tanh and sigmoid, without a call for each. */
// @ts-ignore: decorator
@inline function usualSlope(isUsual: i32, kind: i32, source: v128, dY: v128, other: i32, alpha: f32): v128 {
  if (!isUsual) return gateSlope(other, source, dY, alpha);
  return kind == TANH ? dTanh(dY, source) : dSigmoid(dY, source);
}

// @ts-ignore: decorator
@inline function backwardRows(
  isUsual: i32, dY: usize, dYStride: i32, dRecurrent: usize, mask: usize, dDirect: usize, gates: usize, sources: usize,
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
      const through = usualSlope(isUsual, TANH, loadPart(cellSources + at, lanes), f32x4.mul(dState, output), activation, alpha);
      // What the step after left, without what has vanished of it.
      const dCell = f32x4.add(stateGradientLanes(dCells + at, 0, 0, 0, 0, lanes), through);
      storePart(dCells + at, f32x4.mul(dCell, forget), lanes);
      const dInput = f32x4.mul(dCell, candidate);
      const dForget = f32x4.mul(dCell, loadPart(previousCells + at, lanes));
      const dCandidate = f32x4.mul(dCell, input);
      const dOutput = f32x4.mul(dState, loadPart(activated + at, lanes));
      const candidateSource = loadPart(sources + wide + 2 * part, lanes);
      const inputSource = loadPart(from, lanes), forgetSource = loadPart(from + part, lanes);
      const outputSource = loadPart(from + 3 * part, lanes);
      const g = recurrentActivation, gAlpha = recurrentAlpha;
      storePart(to, usualSlope(isUsual, SIGMOID, inputSource, dInput, g, gAlpha), lanes);
      storePart(to + part, usualSlope(isUsual, SIGMOID, forgetSource, dForget, g, gAlpha), lanes);
      storePart(to + 2 * part, usualSlope(isUsual, TANH, candidateSource, dCandidate, activation, alpha), lanes);
      storePart(to + 3 * part, usualSlope(isUsual, SIGMOID, outputSource, dOutput, g, gAlpha), lanes);
      const bytes = <usize>lanes * FLOAT_BYTES;
      wide += bytes;
      at += bytes;
      if (dY) dY += bytes;
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
  if (activation == TANH && recurrentActivation == SIGMOID) {
    backwardRows(1, dY, dYStride, dRecurrent, mask, dDirect, gates, sources, recurrentSources, previousCells,
      cellSources, activated, dCells, dZ, rows, units, TANH, 0, SIGMOID, 0);
  } else {
    backwardRows(0, dY, dYStride, dRecurrent, mask, dDirect, gates, sources, recurrentSources, previousCells,
      cellSources, activated, dCells, dZ, rows, units, activation, alpha, recurrentActivation, recurrentAlpha);
  }
}
