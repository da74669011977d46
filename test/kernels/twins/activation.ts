// Activations and their slopes in float64, by kind as in assembly/activationKinds.ts; some kinds are those of
// assembly/activationRareKinds.ts, whose others stand in activationRare.ts.
import { erfc, sigmoid, softplus } from "./math.js";

export interface Activation {
  name: string;
  f: (x: number, alpha: number) => number;
  /** f'(x); at a corner, the slope on the left. */
  slope: (x: number, alpha: number) => number;
  /** Whether the kernel takes the slope from the result, without reading x. */
  fromResult?: boolean;
  /** Its kind in assembly/activationRareKinds.ts, if it is one of these. */
  rare?: number;
}

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

const normal = (x: number) => erfc(-x / Math.SQRT2) / 2;
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const elu = (x: number, alpha: number) => (x > 0 ? x : alpha * Math.expm1(x));
const eluSlope = (x: number, alpha: number) => (x > 0 ? 1 : alpha * Math.exp(x));
const clamp = (x: number, lowest: number, highest: number) => Math.min(Math.max(x, lowest), highest);
const inside = (x: number, limit: number) => (Math.abs(x) < limit ? 1 : 0);

const cubic = (x: number) => Math.sqrt(8 / Math.PI) * (x + 0.044715 * x ** 3);
const cubicSlope = (x: number) => Math.sqrt(8 / Math.PI) * (1 + 3 * 0.044715 * x * x);

export const activations: Activation[] = [
  { name: "linear", f: (x) => x, slope: () => 1, fromResult: true },
  { name: "relu", f: (x) => Math.max(x, 0), slope: (x) => (x > 0 ? 1 : 0), fromResult: true },
  { name: "leakyRelu", f: (x, alpha) => (x > 0 ? x : alpha * x), slope: (x, alpha) => (x > 0 ? 1 : alpha) },
  { name: "sigmoid", f: sigmoid, slope: (x) => sigmoid(x) * sigmoid(-x), fromResult: true },
  { name: "tanh", f: Math.tanh, slope: (x) => 1 / Math.cosh(x) ** 2, fromResult: true },
  { name: "exponential", f: Math.exp, slope: Math.exp, fromResult: true },
  { name: "elu", f: elu, slope: eluSlope },
  {
    name: "selu",
    f: (x) => SELU_SCALE * elu(x, SELU_ALPHA),
    slope: (x) => SELU_SCALE * eluSlope(x, SELU_ALPHA),
  },
  { name: "softplus", f: softplus, slope: sigmoid, rare: 16 },
  { name: "softsign", f: (x) => x / (1 + Math.abs(x)), slope: (x) => (1 + Math.abs(x)) ** -2 },
  { name: "gelu", f: (x) => x * normal(x), slope: (x) => normal(x) + x * density(x), rare: 13 },
  {
    name: "geluTanh",
    f: (x) => x * sigmoid(cubic(x)),
    slope: (x) => sigmoid(cubic(x)) + x * sigmoid(cubic(x)) * sigmoid(-cubic(x)) * cubicSlope(x),
    rare: 14,
  },
  { name: "silu", f: (x) => x * sigmoid(x), slope: (x) => sigmoid(x) * (1 + x * sigmoid(-x)), rare: 15 },
  {
    name: "mish",
    f: (x) => x * Math.tanh(softplus(x)),
    slope: (x) => Math.tanh(softplus(x)) + (x * sigmoid(x)) / Math.cosh(softplus(x)) ** 2,
    rare: 17,
  },
  { name: "hardSigmoid", f: (x) => clamp(x + 3, 0, 6) / 6, slope: (x) => inside(x, 3) / 6 },
  { name: "piecewiseLinear", f: (x) => clamp(x + 0.5, 0, 1), slope: (x) => inside(x, 0.5) },
  { name: "unitStep", f: (x) => (x > 0 ? 1 : x <= 0 ? 0 : NaN), slope: () => 0 },
  { name: "sign", f: Math.sign, slope: () => 0 },
];
