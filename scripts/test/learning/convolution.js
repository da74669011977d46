// What examples/cnn.js and examples/augmentation.js claim.
import { layers, losses, schedules, scores, setRandomSeed, tensor } from "lanegrad";
import { readDigits } from "./data.js";
import { train } from "./train.js";

/** The first images [count, 28, 28, 1] of a part, and their labels. */
function readImages(part, count) {
  const { x, y } = readDigits(part);
  return { x: tensor(x.subarray(0, count * 28 * 28), [count, 28, 28, 1]), y: y.subarray(0, count) };
}

/** Six and sixteen filters, as in LeNet-5, after what comes before them; gives the accuracy on the test images. */
async function trainFilters(seed, count, epochs, before) {
  setRandomSeed(seed);
  const [train10k, test2k] = [readImages("train10k", count), readImages("test2k", 2000)];
  const decaySteps = epochs * Math.ceil(count / 32);
  const net = await train(
    [
      ...before,
      layers.conv2d({
        filters: 6,
        kernelSize: 5,
        padding: "same",
        activation: "relu",
        inputShape: [28, 28, 1],
      }),
      layers.maxPooling2d(),
      layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }),
      layers.maxPooling2d(),
      layers.flatten(),
      layers.dense({ units: 120, activation: "relu" }),
      layers.dense({ units: 84, activation: "relu" }),
      layers.dense({ units: 10 }),
    ],
    { xTrain: train10k.x, yTrain: train10k.y },
    {
      loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
      learningRate: schedules.cosineDecay({ initialLearningRate: 3e-3, decaySteps }),
      epochs,
    },
  );
  return scores.accuracy(test2k.y, net.predict(test2k.x).argMax());
}

const randomChanges = () => [
  layers.randomRotation({ factor: 0.05, fillMode: "constant", inputShape: [28, 28, 1] }),
  layers.randomTranslation({ heightFactor: 0.12, widthFactor: 0.12, fillMode: "constant" }),
  layers.randomZoom({ heightFactor: 0.15, fillMode: "constant" }),
];

/** How much more a network reads rightly that sees 1,000 digits in changing forms. */
async function liftOfChanges(seed) {
  const changed = await trainFilters(seed, 1000, 25, randomChanges());
  return changed - (await trainFilters(seed, 1000, 25, []));
}

export const convolution = [
  {
    name: "mnist 5 x 5 filters: 6, 16",
    score: "accuracy",
    floor: 0.97,
    spread: 0.003,
    mostSeeds: 5,
    run: (seed) => trainFilters(seed, 10_000, 5, []),
  },
  {
    name: "1,000 digits, random changes",
    score: "lift",
    floor: 0.01,
    spread: 0.011,
    mostSeeds: 5,
    run: liftOfChanges,
  },
];
