// What examples/rbm.js and examples/som.js claim.
import { readFileSync } from "node:fs";
import { rbm, selfOrganizingMap, setRandomSeed, tensor } from "lanegrad";
import { readDigits8x8 } from "../../../examples/support/digits8x8.js";
import {
  accuracyOf,
  choosePenalty,
  fitSoftmaxRegression,
} from "../../../examples/support/softmaxRegression.js";

/** The units of a restricted Boltzmann machine for rows of pixels, as examples/rbm.js makes it. */
async function featuresOf(xTrain, seed) {
  const machine = rbm({
    units: 256,
    epochs: 100,
    batchSize: 50,
    learningRate: 0.05,
    momentum: 0.9,
    weightDecay: 2e-4,
    visibleStates: "probabilities",
    seed,
  });
  await machine.fit(xTrain);
  return (x) => machine.transform(x).toArray();
}

/** How much softmax regression on a machine's units is more accurate on test digits than on pixels. */
async function boltzmannGain(seed) {
  setRandomSeed(seed);
  const { xTrain, yTrain, xFit, yFit, xValidation, yValidation, xTest, yTest } = readDigits8x8();
  const accuracies = [];
  for (const features of [async () => (x) => x, featuresOf]) {
    const trial = await features(xFit, seed);
    const { penalty } = await choosePenalty(trial(xFit), yFit, trial(xValidation), yValidation);
    const final = await features(xTrain, seed);
    const net = await fitSoftmaxRegression(final(xTrain), yTrain, penalty);
    accuracies.push(accuracyOf(net, final(xTest), yTest));
  }
  return accuracies[1] - accuracies[0];
}

/** NumPy's quantisation error on iris by that of this library, both from the same start. */
async function mapError() {
  const file = new URL("../../../test/references/selfOrganizingMap.json", import.meta.url);
  const { x, cases } = JSON.parse(readFileSync(file, "utf8"));
  const { options, start, quantizationError } = cases.find(({ options: { rows, epochs } }) => rows === 10 && epochs === 100); // prettier-ignore
  const map = selfOrganizingMap({ ...options, initialWeights: tensor(start, [100, 4]) });
  const iris4 = tensor(x, [150, 4]);
  await map.fit(iris4);
  return quantizationError / map.quantizationError(iris4);
}

export const unsupervised = [
  // The floor is half of what was measured: 0.020 on average, 0.016 to 0.022 in five seeds.
  { name: "digits8x8 rbm 256 against pixels", score: "gain", floor: 0.01, spread: 0.003, run: boltzmannGain },
  { name: "iris map 10x10 against NumPy", score: "ratio", floor: 0.95, spread: 0, run: mapError },
];
