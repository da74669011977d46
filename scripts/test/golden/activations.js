// Activations: forward as functions on tensors, backward as a layer.
import { layers, tensor } from "lanegrad";
import { build } from "./generator.js";
import { camelCase, find, toOptions } from "./case.js";
import { compareAtCorners, modelOf } from "./layer.js";

const NAMES = {
  heaviside: "unitStep",
};
const OPS = [
  "linear",
  "sigmoid",
  "tanh",
  "relu",
  "leaky_relu",
  "elu",
  "selu",
  "softplus",
  "softsign",
  "gelu",
  "silu",
  "hard_sigmoid",
  "mish",
  "exponential",
  "piecewise_linear",
  "heaviside",
  "sign",
  "softmax",
  "log_softmax",
];

/** Products of 0 and infinity, where NaN is right too. */
const NAN_AT_MINUS_INFINITY = ["gelu", "silu", "mish"];

function run(testCase) {
  const name = NAMES[testCase.op] ?? camelCase(testCase.op);
  const options = toOptions(testCase.params);
  const activate = find("activations", name);
  const x = gridOf(testCase);
  const y = activate(x, options);
  const isNanAllowed = (position) =>
    NAN_AT_MINUS_INFINITY.includes(testCase.op) &&
    x.data[position] === -Infinity &&
    Number.isNaN(y.data[position]);
  testCase.compare("Y", y, [...x.data.keys()].filter(isNanAllowed));
  if (testCase.expected.dX === undefined) return;

  // One row holds the whole grid, unless the function works on rows.
  const rows = x.rank === 1 ? tensor(x.data, [1, x.size]) : x;
  const dY = testCase.input("dY");
  const net = modelOf(
    (inputShape) => layers.activation({ activation: { name, ...options }, inputShape }),
    rows,
  );
  const backward = (at) => net.vjp(at, tensor(dY.data, rows.shape), { training: false });
  const { outputs, inputs } = backward(rows);
  testCase.compare("Y", outputs[0], [...x.data.keys()].filter(isNanAllowed));
  const corners = testCase.kink_idx ?? [];
  testCase.compare("dX", inputs[0], corners);
  compareAtCorners(testCase, "dX", inputs[0].data, (at) => backward(at).inputs[0].data, rows, corners);
}

/** The grid stands among the inputs or beside them. */
function gridOf(testCase) {
  if (testCase.inputs.x !== undefined) return testCase.input("x");
  if (!Array.isArray(testCase.x)) return tensor(build(testCase.x), testCase.x.shape);
  return tensor(Float32Array.from(testCase.x, Number));
}

export const activationRuns = Object.fromEntries(OPS.map((op) => [op, run]));
