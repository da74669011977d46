// Errors: each has a code for programs and says what was received; what failed has changed nothing.
import { LanegradError, backend, configure, layers, sequential } from "./lanegrad.js";
import { fails, holds, same } from "./check.js";

function network() {
  const net = sequential({ layers: [layers.dense({ units: 2, activation: "softmax", inputShape: [3] })] });
  net.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
  return net;
}

const rows = [
  [1, 2, 3],
  [4, 5, 6],
];

/** What is done wrong, the code, and what the message says. */
const MISTAKES = [
  ["a misspelt option", () => layers.dense({ unit: 3 }), "UNKNOWN_OPTION", /units.*Received: /],
  ["a misspelt name", () => layers.dense({ units: 3, activation: "rellu" }), "UNKNOWN_NAME", /"relu".*Received: "rellu"/],
  ["a wrong value", () => layers.dense({ units: 0 }), "INVALID_OPTION", /units.*Received: .*0/],
  ["rows of a wrong length", () => network().predict([[1, 2]]), "SHAPE_MISMATCH", /3.*Received: .*2/],
  ["a label too high", () => network().fit(rows, [0, 2]), "INVALID_LABEL", /Received: .*2/],
  ["a text among numbers", () => network().predict([[1, "2", 3]]), "INVALID_DATA", /Received: .*"2"/],
  ["labels of a wrong count", () => network().fit(rows, [0]), "SHAPE_MISMATCH", /Received: .*1/],
  ["not compiled", () => sequential({ layers: [layers.dense({ units: 1 })] }).fit(rows, [0, 1]), "NOT_COMPILED", /compile/],
  ["not built", () => sequential({ layers: [layers.dense({ units: 1 })] }).save(), "NOT_BUILT", /Received: /],
  ["an unknown setting", () => configure({ deterministc: true }), "UNKNOWN_OPTION", /deterministic.*Received: /],
  ["an unknown build", () => configure({ build: "fast" }), "INVALID_OPTION", /"simd".*Received: .*"fast"/],
]; // prettier-ignore

export const errors = Object.fromEntries(
  MISTAKES.map(([what, mistake, code, says]) => [
    `error: ${what}`,
    () => fails(mistake, { of: LanegradError, code, says }, what),
  ]),
);

errors["error: a call while fit runs"] = async () => {
  const net = network();
  const running = net.fit(rows, [0, 1], { epochs: 3, yieldEvery: 0, verbose: 0 });
  await fails(() => net.fit(rows, [0, 1]), { of: LanegradError, code: "BUSY", says: /fit/ }, "a second fit");
  const { history } = await running;
  same(history.loss.length, 3, "epochs of the first fit");
};

errors["error: more memory than there is"] = async () => {
  const huge = () =>
    sequential({ layers: [layers.dense({ units: 2 ** 26, inputShape: [2 ** 26] })] }).getWeights();
  await fails(huge, { of: LanegradError, code: "OUT_OF_MEMORY", says: /Received: / }, "2^52 weights");
  holds(network().predict(rows).size === 4, "the next model works");
};

errors["error: a build that the engine has not"] = async () => {
  const before = backend().name;
  const both = () => configure({ deterministic: true, build: "relaxed-simd" });
  const expected = { of: LanegradError, code: "INVALID_OPTION", says: /deterministic: true/ };
  await fails(both, expected, "deterministic and relaxed at once");
  same(backend().name, before, "the build afterwards");
};
