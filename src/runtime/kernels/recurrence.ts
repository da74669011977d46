// The kernels of the module `recurrence`: time steps of recurrent layers.
import { data } from "#kernels/recurrence";
import { KernelFamily } from "../family.js";
import { kernelsOf } from "../runtime.js";

/** `assembly/recurrenceSteps.ts`, and `copyStrided` of `assembly/copies.ts` under another name. */
interface StepsKernels {
  copyColumns(
    source: number,
    sourceStride: number,
    destination: number,
    destinationStride: number,
    length: number,
    count: number,
  ): void;
  toSteps(
    x: number,
    mask: number,
    y: number,
    rows: number,
    steps: number,
    columns: number,
    backwards: number,
  ): void;
  fromSteps(
    x: number,
    mask: number,
    y: number,
    rows: number,
    steps: number,
    columns: number,
    backwards: number,
  ): void;
  multiplyStates(x: number, mask: number, y: number, count: number): void;
  stateGradient(dRecurrent: number, mask: number, dDirect: number, dState: number, count: number): void;
}

/** `assembly/recurrenceMask.ts`. */
interface MaskKernels {
  startedSteps(mask: number, started: number, rows: number, steps: number): void;
  carryRows(counts: number, previous: number, next: number, rows: number, columns: number): void;
  clearRows(counts: number, x: number, stride: number, rows: number, columns: number): void;
  divideGradient(
    counts: number,
    shown: number,
    dY: number,
    dYStride: number,
    dRecurrent: number,
    factors: number,
    dDirect: number,
    active: number,
    carried: number,
    rows: number,
    units: number,
  ): void;
}

/** `assembly/recurrenceSimple.ts`. */
interface SimpleRnnKernels {
  simpleRnnStepForward(
    z: number,
    recurrent: number,
    states: number,
    count: number,
    activation: number,
    alpha: number,
    workspace: number,
  ): void;
  simpleRnnStepBackward(
    dY: number,
    dYStride: number,
    dRecurrent: number,
    mask: number,
    dDirect: number,
    source: number,
    dZ: number,
    rows: number,
    units: number,
    activation: number,
    alpha: number,
  ): void;
}

/** `assembly/recurrenceLstm.ts`. */
interface LstmKernels {
  lstmStepForward(
    z: number,
    recurrent: number,
    gates: number,
    previousCells: number,
    cells: number,
    activated: number,
    states: number,
    rows: number,
    units: number,
    activation: number,
    alpha: number,
    recurrentActivation: number,
    recurrentAlpha: number,
    workspace: number,
  ): void;
  lstmStepBackward(
    dY: number,
    dYStride: number,
    dRecurrent: number,
    mask: number,
    dDirect: number,
    gates: number,
    sources: number,
    recurrentSources: number,
    previousCells: number,
    cellSources: number,
    activated: number,
    dCells: number,
    dZ: number,
    rows: number,
    units: number,
    activation: number,
    alpha: number,
    recurrentActivation: number,
    recurrentAlpha: number,
  ): void;
}

/** `assembly/recurrenceGru.ts`. */
interface GruKernels {
  gruStepForward(
    z: number,
    recurrent: number,
    gates: number,
    previousStates: number,
    states: number,
    rows: number,
    units: number,
    activation: number,
    alpha: number,
    recurrentActivation: number,
    recurrentAlpha: number,
    workspace: number,
  ): void;
  gruStepBackward(
    dY: number,
    dYStride: number,
    dRecurrent: number,
    mask: number,
    dDirect: number,
    hasDirect: number,
    gates: number,
    sources: number,
    recurrentSources: number,
    previousStates: number,
    recurrent: number,
    dZ: number,
    rows: number,
    units: number,
    activation: number,
    alpha: number,
    recurrentActivation: number,
    recurrentAlpha: number,
  ): void;
}

/** `assembly/recurrenceGruBefore.ts`. */
interface GruBeforeKernels {
  gruGatesForward(
    z: number,
    recurrent: number,
    gates: number,
    maskedStates: number,
    resetStates: number,
    rows: number,
    units: number,
    recurrentActivation: number,
    recurrentAlpha: number,
    workspace: number,
  ): void;
  gruCandidateForward(
    z: number,
    recurrent: number,
    gates: number,
    previousStates: number,
    states: number,
    rows: number,
    units: number,
    activation: number,
    alpha: number,
    workspace: number,
  ): void;
  gruCandidateBackward(
    dY: number,
    dYStride: number,
    dRecurrent: number,
    mask: number,
    dDirect: number,
    hasDirect: number,
    gates: number,
    sources: number,
    recurrentSources: number,
    previousStates: number,
    dGates: number,
    dCandidates: number,
    rows: number,
    units: number,
    activation: number,
    alpha: number,
    recurrentActivation: number,
    recurrentAlpha: number,
  ): void;
  gruResetBackward(
    dReset: number,
    gates: number,
    recurrentSources: number,
    maskedStates: number,
    dGates: number,
    rows: number,
    units: number,
    recurrentActivation: number,
    recurrentAlpha: number,
  ): void;
}

/**
 * The kernels of recurrent layers as TypeScript sees them. Pointers are byte addresses in linear memory, counts and
 * strides are elements; the formulas and shapes stand in the headers in `assembly/`.
 */
export interface RecurrenceKernels
  extends StepsKernels, MaskKernels, SimpleRnnKernels, LstmKernels, GruKernels, GruBeforeKernels {}

const family = /* @__PURE__ */ new KernelFamily<RecurrenceKernels>(data);

/** The kernels of recurrent layers, in the build in use. The first call compiles them. */
export function recurrenceKernels(): RecurrenceKernels {
  return kernelsOf(family);
}
