// Recurrent layers: outputs of all steps, gradients, and the last cell of LSTM.
import { input, model, tensor } from "lanegrad";
import { find } from "./case.js";
import { gradientOf } from "./layer.js";

const recurrent = (name) => (testCase) => {
  const make = find("layers", name);
  const [x, dY] = [testCase.input("X"), testCase.input("dY")];
  const { units } = testCase.params;
  const inputs = input({ shape: x.shape.slice(1) });
  const layer = make({ units, returnSequences: true, returnState: true });
  const net = model({ inputs, outputs: layer.applyAll(inputs) });
  net.setWeights(["W", "U", "b"].map((weight) => testCase.input(weight)));
  const nothing = net.outputs
    .slice(1)
    .map(() => tensor(new Float32Array(x.shape[0] * units), [x.shape[0], units]));
  const { outputs, inputs: dInputs, weights } = net.vjp(x, [dY, ...nothing]);
  testCase.compare("Y", outputs[0]);
  testCase.compare("dX", dInputs[0]);
  testCase.compare("dW", gradientOf(weights, "kernel"));
  testCase.compare("dU", gradientOf(weights, "recurrentKernel"));
  testCase.compare("db", gradientOf(weights, "bias"));
  if (name === "lstm") testCase.compare("c_last", outputs[2]);
  testCase.compare("Y", net.predict(x)[0]);
};

export const recurrentRuns = {
  simple_rnn: recurrent("simpleRNN"),
  lstm: recurrent("lstm"),
  gru: recurrent("gru"),
};
