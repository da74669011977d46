// Layers with weights: dense, batch normalisation, dropout.
import { layers, tensor } from "lanegrad";
import { find, toOptions } from "./case.js";
import { gradientOf, modelOf } from "./layer.js";

function dense(testCase) {
  const [x, kernel, bias, dY] = ["X", "W", "b", "dY"].map((name) => testCase.input(name));
  const make = (inputShape) => layers.dense({ units: kernel.shape[1], inputShape });
  const net = modelOf(make, x, [kernel, bias]);
  const { outputs, inputs, weights } = net.vjp(x, dY, { training: false });
  testCase.compare("Y", outputs[0]);
  testCase.compare("dX", inputs[0]);
  testCase.compare("dW", gradientOf(weights, "kernel"));
  testCase.compare("db", gradientOf(weights, "bias"));
  testCase.compare("Y", net.predict(x));
}

function batchNormalization(testCase) {
  const make = find("layers", "batchNormalization");
  const x1 = testCase.input("X1");
  const weights = ["gamma", "beta", "moving_mean", "moving_var"].map((name) => testCase.input(name));
  const net = modelOf((inputShape) => make({ ...toOptions(testCase.params), inputShape }), x1, weights);
  const compareGradients = (suffix, { outputs, inputs, weights: gradients }) => {
    testCase.compare(`Y${suffix}`, outputs[0]);
    testCase.compare(`dX${suffix}`, inputs[0]);
    testCase.compare(`dgamma${suffix}`, gradientOf(gradients, "gamma"));
    testCase.compare(`dbeta${suffix}`, gradientOf(gradients, "beta"));
  };
  const compareMoving = (suffix) => {
    const [, , mean, variance] = net.getWeights();
    testCase.compare(`moving_mean_${suffix}`, mean);
    testCase.compare(`moving_var_${suffix}`, variance);
  };
  compareGradients("1", net.vjp(x1, testCase.input("dY1"), { training: true }));
  compareMoving("1");
  net.vjp(testCase.input("X2"), null, { training: true });
  compareMoving("2");
  const x3 = testCase.input("X3");
  testCase.compare("Y3", net.predict(x3));
  compareGradients("3", net.vjp(x3, testCase.input("dY3"), { training: false }));
  compareMoving("2");
}

function dropout(testCase) {
  const make = find("layers", "dropout");
  const { rate, n } = testCase.params;
  const { kept_share, kept_value_scale } = testCase.expected;
  const x = tensor(new Float32Array(n).fill(1), [1, n]);
  const net = modelOf((inputShape) => make({ rate, seed: 1, inputShape }), x);
  const y = net.vjp(x, x, { training: true });
  const kept = y.outputs[0].data.filter((value) => value !== 0);
  const room = 5 * Math.sqrt((rate * (1 - rate)) / n);
  const share = kept.length / n;
  testCase.expect(Math.abs(share - kept_share) <= room, `the kept share is ${share}, expected ${kept_share}`);
  const wrong = kept.find((value) => Math.abs(value - kept_value_scale) > 1e-6 * kept_value_scale);
  testCase.expect(wrong === undefined, `a kept 1 became ${wrong}, expected ${kept_value_scale}`);
  const sameMask = y.inputs[0].data.every((slope, i) => slope === y.outputs[0].data[i]);
  testCase.expect(sameMask, "the gradient went through other places than the values");
  testCase.expect(
    net.predict(x).data.every((value) => value === 1),
    "inference changed a value",
  );
}

export const layerRuns = { dense, batchnorm: batchNormalization, dropout };
