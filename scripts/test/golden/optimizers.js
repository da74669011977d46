// Optimizers: paths of many steps on given gradients or on a quadratic, and gradient clipping.
import { tensor } from "lanegrad";
import { camelCase, find, toOptions } from "./case.js";

/** An optimizer from the parameters of a case, which may list defaults for orientation. */
export function makeOptimizer({ optimizer, lr, ...params }) {
  const make = find("optimizers", camelCase(optimizer));
  const options = toOptions(params);
  delete options.defaults;
  return make({ learningRate: lr, ...options });
}

/** Row t of a tensor [steps, ...], without its first axis. */
function rowOf(t, row) {
  return tensor(t.slice(row, 1).data, t.shape.slice(1));
}

/** Walks from w0 and compares w_1, w_2, ... wherever the case lists them. */
function walk(testCase, gradientAt) {
  const optimizer = makeOptimizer(testCase.params);
  const w = testCase.input("w0");
  const steps = Object.keys(testCase.expected).map((key) => Number(key.replace("w_", "")));
  for (let step = 1; step <= Math.max(...steps); step++) {
    optimizer.apply([[w, gradientAt(w, step)]]);
    if (steps.includes(step)) testCase.compare(`w_${step}`, w);
  }
}

function fixedGradients(testCase) {
  const gradients = testCase.input("G");
  walk(testCase, (_, step) => rowOf(gradients, step - 1));
}

function quadratic(testCase) {
  const a = testCase.input("a").data;
  const c = testCase.input("c").data;
  walk(testCase, (w) =>
    tensor(
      w.data.map((value, i) => a[i] * (value - c[i])),
      w.shape,
    ),
  );
}

function twoVariables(testCase) {
  const optimizer = makeOptimizer(testCase.params);
  const variables = [testCase.input("w1"), testCase.input("w2")];
  const gradients = [testCase.input("G1"), testCase.input("G2")];
  for (let step = 1; step <= gradients[0].shape[0]; step++) {
    optimizer.apply(variables.map((variable, i) => [variable, rowOf(gradients[i], step - 1)]));
    variables.forEach((variable, i) => {
      if (testCase.expected[`w${i + 1}_${step}`]) testCase.compare(`w${i + 1}_${step}`, variable);
    });
  }
}

function clip(testCase) {
  const names = Object.keys(testCase.inputs);
  const clipGradients = find("optimizers", "clipGradients");
  const clipped = clipGradients(
    names.map((name) => testCase.input(name)),
    toOptions(testCase.params),
  );
  names.forEach((name, i) => testCase.compare(name, clipped[i]));
}

export const optimizerRuns = {
  fixed_gradients: fixedGradients,
  quadratic,
  two_variables: twoVariables,
  clip,
};
