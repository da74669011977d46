// The jobs of the course and dense networks on digits. The floors come from ten PyTorch runs of each recipe.
import { layers, losses, preprocessing, scores, setRandomSeed } from "lanegrad";
import { readDigits, readTable } from "./data.js";
import { train } from "./train.js";

/** Splits, and standardises x on the training part if wanted. */
function split(x, y, { standardise, ...options }) {
  const parts = preprocessing.trainTestSplit(x, y, options);
  if (!standardise) return parts;
  const scaler = preprocessing.standardScaler();
  return { ...parts, xTrain: scaler.fitTransform(parts.xTrain), xTest: scaler.transform(parts.xTest) };
}

async function iris(seed) {
  setRandomSeed(seed);
  const { x, target } = readTable("iris.csv");
  const y = preprocessing.labelEncoder().fitTransform(target);
  const parts = split(x, y, { testSize: 0.25, stratify: true, seed });
  const net = await train(
    [
      layers.dense({ units: 10, activation: "relu", inputShape: [4] }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    parts,
    { loss: "sparseCategoricalCrossentropy", learningRate: 1e-2, epochs: 100 },
  );
  return scores.accuracy(parts.yTest, net.predict(parts.xTest).argMax());
}

async function pima(seed) {
  setRandomSeed(seed);
  const { x, target } = readTable("pima-diabetes.csv");
  const parts = split(x, target.map(Number), { testSize: 0.2, stratify: true, seed, standardise: true });
  const net = await train(
    [
      layers.dense({ units: 16, activation: "relu", inputShape: [8] }),
      layers.dense({ units: 8, activation: "relu" }),
      layers.dense({ units: 1, activation: "sigmoid" }),
    ],
    parts,
    { loss: "binaryCrossentropy", learningRate: 1e-3, epochs: 150 },
  );
  const predicted = Array.from(net.predict(parts.xTest).data, (probability) => (probability > 0.5 ? 1 : 0));
  return scores.accuracy(parts.yTest, predicted);
}

async function ozone(seed) {
  setRandomSeed(seed);
  const { x, target } = readTable("la-ozone.csv");
  const parts = split(x, target.map(Number), { testSize: 0.2, seed, standardise: true });
  const net = await train(
    [
      layers.dense({ units: 10, activation: "relu", inputShape: [8] }),
      layers.dense({ units: 8, activation: "relu" }),
      layers.dense({ units: 1 }),
    ],
    parts,
    { loss: "mse", learningRate: 1e-2, epochs: 100 },
  );
  return scores.r2(parts.yTest, net.predict(parts.xTest));
}

/** A recipe on the digits; `hidden` gives the layers before the ten logits. */
function digits(hidden, epochs) {
  return async (seed) => {
    setRandomSeed(seed);
    const train10k = readDigits("train10k");
    const test2k = readDigits("test2k");
    const net = await train(
      [...hidden(), layers.dense({ units: 10 })],
      { xTrain: train10k.x, yTrain: train10k.y },
      { loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }), learningRate: 1e-3, epochs },
    );
    return scores.accuracy(test2k.y, net.predict(test2k.x).argMax());
  };
}

const twoLayers = () => [
  layers.dense({ units: 25, activation: "relu", inputShape: [784] }),
  layers.dense({ units: 15, activation: "relu" }),
];
const normalised = () => [
  layers.dense({ units: 128, inputShape: [784] }),
  layers.batchNormalization(),
  layers.activation({ activation: "relu" }),
];
const withDropout = () => [
  layers.dense({ units: 128, activation: "relu", inputShape: [784] }),
  layers.dropout({ rate: 0.2 }),
];

export const dense = [
  { name: "iris 4-10-3", score: "accuracy", floor: 0.94, spread: 0.027, run: iris },
  { name: "diabetes 8-16-8-1", score: "accuracy", floor: 0.683, spread: 0.026, run: pima },
  { name: "ozone 8-10-8-1", score: "R2", floor: 0.588, spread: 0.078, run: ozone },
  { name: "mnist 784-25-15-10", score: "accuracy", floor: 0.907, spread: 0.009, run: digits(twoLayers, 10) },
  {
    name: "mnist 784-128-BN-ReLU-10",
    score: "accuracy",
    floor: 0.921,
    spread: 0.004,
    run: digits(normalised, 5),
  },
  {
    name: "mnist 784-128-dropout 0.2-10",
    score: "accuracy",
    floor: 0.938,
    spread: 0.002,
    run: digits(withDropout, 10),
  },
];
