// Rare activations and their slopes in float64, by kind as in assembly/activationRareKinds.ts.
import { sigmoid, softplus } from "./math.js";

type Numbers = readonly [number, number, number];

export interface RareActivation {
  name: string;
  /** Sets of numbers to test it with. */
  numbers: Numbers[];
  f: (x: number, numbers: Numbers) => number;
  /** f'(x); at a corner, that of TensorFlow. */
  slope: (x: number, numbers: Numbers) => number;
  /** f(Infinity) and f(-Infinity) with each set of numbers. */
  limits: [number, number][];
  /** How far off the value may be, in 2^-23 |y|; default 5. */
  ulps?: number;
  /** The same in 2^-23 |x|, where a difference cancels; default 0. */
  inputUlps?: number;
}

const NONE: Numbers[] = [[0, 0, 0]];

const clamp = (x: number, lowest: number, highest: number) => Math.min(Math.max(x, lowest), highest);

/** Keras's formula, step by step. */
function generalRelu(x: number, [slope, threshold, highest]: Numbers): number {
  let y = x > threshold ? x : 0;
  if (highest < Infinity) y = clamp(y, 0, highest);
  return slope === 0 ? y : y - slope * Math.max(threshold - x, 0);
}

function generalReluSlope(x: number, [slope, threshold, highest]: Numbers): number {
  const isCut = highest < Infinity && (x < 0 || x > highest);
  return (x > threshold && !isCut ? 1 : 0) + (x < threshold ? slope : 0);
}

function squareplus(x: number, [b]: Numbers): number {
  const root = Math.hypot(x, Math.sqrt(b));
  return x < 0 ? b / (2 * (root - x)) : x / 2 + root / 2;
}

export const rareActivations: RareActivation[] = [
  {
    name: "relu with options",
    numbers: [
      [0, 0, 6.5],
      [0.25, 0, 4],
      [0, 1.5, Infinity],
      [0.3, 1.5, 5],
      [0.5, -2, Infinity],
      [-0.5, -2, 3],
      [0, 2, 1],
    ],
    f: generalRelu,
    slope: generalReluSlope,
    limits: [
      [6.5, 0],
      [4, -Infinity],
      [Infinity, 0],
      [5, -Infinity],
      [Infinity, -Infinity],
      [3, Infinity],
      [1, 0],
    ],
  },
  {
    name: "relu6",
    numbers: [
      [0, 0, 0],
      [0.1, 0, 0],
    ],
    f: (x, [slope]) => generalRelu(x, [slope, 0, 6]),
    slope: (x, [slope]) => (x > 0 && x < 6 ? 1 : x < 0 ? slope : 0),
    limits: [
      [6, 0],
      [6, -Infinity],
    ],
  },
  {
    name: "hardSilu",
    numbers: NONE,
    f: (x) => (x <= -3 ? 0 : x >= 3 ? x : x * ((x + 3) / 6)),
    slope: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
    limits: [[Infinity, 0]],
  },
  {
    name: "celu",
    numbers: [
      [1, 0, 0],
      [0.3, 0, 0],
      [2.5, 0, 0],
    ],
    f: (x, [alpha]) => (x > 0 ? x : alpha * Math.expm1(x / alpha)),
    slope: (x, [alpha]) => (x > 0 ? 1 : Math.exp(x / alpha)),
    limits: [
      [Infinity, -1],
      [Infinity, -0.3],
      [Infinity, -2.5],
    ],
  },
  {
    name: "squareplus",
    numbers: [
      [4, 0, 0],
      [0.2, 0, 0],
      [0, 0, 0],
    ],
    f: squareplus,
    slope: (x, numbers) => {
      const root = Math.hypot(x, Math.sqrt(numbers[0]));
      return root === 0 ? 0 : squareplus(x, numbers) / root;
    },
    limits: [
      [Infinity, 0],
      [Infinity, 0],
      [Infinity, 0],
    ],
  },
  {
    name: "hardTanh",
    numbers: NONE,
    f: (x) => clamp(x, -1, 1),
    slope: (x) => (Math.abs(x) <= 1 ? 1 : 0),
    limits: [[1, -1]],
  },
  {
    name: "hardShrink",
    numbers: [
      [0.5, 0, 0],
      [0, 0, 0],
    ],
    f: (x, [threshold]) => (Math.abs(x) > threshold ? x : 0),
    slope: (x, [threshold]) => (Math.abs(x) > threshold ? 1 : 0),
    limits: [
      [Infinity, -Infinity],
      [Infinity, -Infinity],
    ],
  },
  {
    name: "softShrink",
    numbers: [
      [0.5, 0, 0],
      [0.3, 0, 0],
    ],
    f: (x, [threshold]) => Math.sign(x) * Math.max(Math.abs(x) - threshold, 0),
    slope: (x, [threshold]) => (Math.abs(x) > threshold ? 1 : 0),
    limits: [
      [Infinity, -Infinity],
      [Infinity, -Infinity],
    ],
  },
  {
    name: "tanhShrink",
    numbers: NONE,
    f: (x) => x - Math.tanh(x),
    slope: (x) => Math.tanh(x) ** 2,
    limits: [[Infinity, -Infinity]],
    inputUlps: 2,
  },
  {
    name: "threshold",
    numbers: [
      [0.5, -3, 0],
      [-1, 20, 0],
    ],
    f: (x, [threshold, value]) => (x > threshold ? x : value),
    slope: (x, [threshold]) => (x > threshold ? 1 : 0),
    limits: [
      [Infinity, -3],
      [Infinity, 20],
    ],
  },
  {
    name: "logSigmoid",
    numbers: NONE,
    f: (x) => -softplus(-x),
    slope: (x) => sigmoid(-x),
    limits: [[0, -Infinity]],
  },
  {
    name: "sparsePlus",
    numbers: NONE,
    f: (x) => (x <= -1 ? 0 : x < 1 ? (x + 1) ** 2 / 4 : x),
    slope: (x) => clamp((x + 1) / 2, 0, 1),
    limits: [[Infinity, 0]],
  },
  {
    name: "sparseSigmoid",
    numbers: NONE,
    f: (x) => (x <= -1 ? 0 : x < 1 ? (x + 1) / 2 : 1),
    slope: (x) => (x > -1 && x < 1 ? 0.5 : 0),
    limits: [[1, 0]],
  },
];
