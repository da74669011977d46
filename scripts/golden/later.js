// Operations of layers that are still to come. Once a layer exists its cases fail until a run of them
// is written here.
import { find } from "./case.js";

const LAYERS = {
  simple_rnn: "simpleRNN",
  lstm: "lstm",
  gru: "gru",
};

function run(testCase) {
  const name = LAYERS[testCase.op];
  find("layers", name);
  testCase.fail(`layers.${name} exists, but the runner has no run of ${testCase.op} yet`);
}

export const laterRuns = Object.fromEntries(Object.keys(LAYERS).map((op) => [op, run]));
