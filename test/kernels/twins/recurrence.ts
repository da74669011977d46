// One value of a time step of recurrent layers in float64. Slopes are taken from what goes into an activation, always.
import type { Activation } from "./activation.js";

/** An activation with its number. */
export interface Used {
  activation: Activation;
  alpha: number;
}

const value = ({ activation, alpha }: Used, x: number): number => activation.f(x, alpha);
const slope = ({ activation, alpha }: Used, x: number): number => activation.slope(x, alpha);

/** What arrives at a state; what is undefined is not there. */
export function stateGradient(
  dY: number | undefined,
  dRecurrent: number | undefined,
  mask: number | undefined,
  dDirect: number | undefined,
): number {
  return (dY ?? 0) + (dRecurrent ?? 0) * (mask ?? 1) + (dDirect ?? 0);
}

export interface LSTMStep {
  sums: number[];
  gates: number[];
  cell: number;
  activated: number;
  state: number;
}

/** The four parts in the order i, f, c and o. */
export function lstmForward(sums: number[], previousCell: number, a: Used, g: Used): LSTMStep {
  const gates = sums.map((sum, part) => value(part === 2 ? a : g, sum));
  const [input, forget, candidate, output] = gates;
  const cell = forget * previousCell + input * candidate;
  const activated = value(a, cell);
  return { sums, gates, cell, activated, state: output * activated };
}

export function lstmBackward(
  { sums, gates, cell, activated }: LSTMStep,
  previousCell: number,
  dState: number,
  dNextCell: number,
  a: Used,
  g: Used,
): { dSums: number[]; dPreviousCell: number } {
  const [input, forget, candidate, output] = gates;
  const dCell = dNextCell + dState * output * slope(a, cell);
  const dGates = [dCell * candidate, dCell * previousCell, dCell * input, dState * activated];
  return {
    dSums: dGates.map((dGate, part) => dGate * slope(part === 2 ? a : g, sums[part])),
    dPreviousCell: dCell * forget,
  };
}

export interface GRUStep {
  sums: number[];
  gates: number[];
  /** The product of the state, for the candidate. */
  product: number;
  state: number;
}

/** The three parts in the order z, r and h, of the inputs and of the state; the reset gate after the product. */
export function gruForward(x: number[], products: number[], previous: number, a: Used, g: Used): GRUStep {
  const [update, reset] = [0, 1].map((part) => value(g, x[part] + products[part]));
  const candidateSum = x[2] + reset * products[2];
  const candidate = value(a, candidateSum);
  return {
    sums: [x[0] + products[0], x[1] + products[1], candidateSum],
    gates: [update, reset, candidate],
    product: products[2],
    state: update * previous + (1 - update) * candidate,
  };
}

export function gruBackward(
  { sums, gates, product }: GRUStep,
  previous: number,
  dState: number,
  a: Used,
  g: Used,
): { dSums: number[]; dProducts: number[]; dDirect: number } {
  const [update, reset, candidate] = gates;
  const dCandidateSum = dState * (1 - update) * slope(a, sums[2]);
  const dUpdateSum = dState * (previous - candidate) * slope(g, sums[0]);
  const dResetSum = dCandidateSum * product * slope(g, sums[1]);
  return {
    dSums: [dUpdateSum, dResetSum, dCandidateSum],
    dProducts: [dUpdateSum, dResetSum, dCandidateSum * reset],
    dDirect: dState * update,
  };
}
