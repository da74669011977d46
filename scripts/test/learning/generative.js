// What the examples of autoencoders and of a GAN claim, over seeds, in fewer epochs. The floors come from what they
// must beat, not from another library: principal components, the noise itself, and heaps of points that must be found.
import {
  initializers,
  input,
  layers,
  losses,
  model,
  optimizers,
  regularizers,
  sequential,
  setRandomSeed,
} from "lanegrad";
import { meanSquaredError, PIXELS, readDigits } from "../../../examples/support/digits.js";
import { reconstructFromComponents } from "../../../examples/support/principalComponents.js";

const digitsRead = new Map();

/** The digits of a part, read once. */
function digits(part) {
  if (!digitsRead.has(part)) digitsRead.set(part, readDigits(part).images);
  return digitsRead.get(part);
}

const linear = new Map();

/** The error of as many principal components, found once. */
function linearError(count) {
  if (!linear.has(count)) {
    const [xTrain, xTest] = [digits("train10k"), digits("test2k")];
    const options = { columns: PIXELS, count, seed: 1 };
    linear.set(count, meanSquaredError(reconstructFromComponents(xTrain, xTest, options), xTest));
  }
  return linear.get(count);
}

/** Trains on digits, and returns which part of an error to compare with is gone. */
async function errorTaken(net, { x, test, epochs, comparedWith }) {
  net.compile({ optimizer: { name: "adam", learningRate: 2e-3 }, loss: "binaryCrossentropy" });
  await net.fit(x, digits("train10k"), { epochs, batchSize: 64, verbose: 0 });
  return 1 - meanSquaredError(net.predict(test).data, digits("test2k")) / comparedWith;
}

async function dense(seed) {
  setRandomSeed(seed);
  const net = sequential({
    layers: [
      layers.dense({ units: 128, activation: "relu", inputShape: [PIXELS] }),
      layers.dense({ units: 32 }),
      layers.dense({ units: 128, activation: "relu" }),
      layers.dense({ units: PIXELS, activation: "sigmoid" }),
    ],
  });
  return errorTaken(net, {
    x: digits("train10k"),
    test: digits("test2k"),
    epochs: 4,
    comparedWith: linearError(32),
  });
}

/** Digits with noise on every pixel, cut off at white and black. */
function withNoise(images) {
  const noise = initializers.randomNormal({ stddev: 0.4 }).sample([images.length]).data;
  return images.map((pixel, i) => Math.min(Math.max(pixel + noise[i], 0), 1));
}

async function denoising(seed) {
  setRandomSeed(seed);
  const convolution = { kernelSize: 3, strides: 2, padding: "same", activation: "relu" };
  const net = sequential({
    layers: [
      layers.reshape({ targetShape: [28, 28, 1], inputShape: [PIXELS] }),
      layers.conv2d({ filters: 8, ...convolution }),
      layers.conv2d({ filters: 16, ...convolution }),
      layers.flatten(),
      layers.dense({ units: 32 }),
      layers.dense({ units: 7 * 7 * 16, activation: "relu" }),
      layers.reshape({ targetShape: [7, 7, 16] }),
      layers.conv2dTranspose({ filters: 8, ...convolution }),
      layers.conv2dTranspose({ filters: 1, ...convolution, activation: "sigmoid" }),
      layers.flatten(),
    ],
  });
  const [x, test] = [withNoise(digits("train10k")), withNoise(digits("test2k"))];
  return errorTaken(net, { x, test, epochs: 2, comparedWith: meanSquaredError(test, digits("test2k")) });
}

class Sampling extends layers.CustomLayer {
  forward({ inputs: [mean, logVariance], output, training, randomNormal }) {
    for (let i = 0; i < output.length; i++) {
      output[i] = training ? mean[i] + Math.exp(logVariance[i] / 2) * randomNormal() : mean[i];
    }
  }

  backward({ inputs: [mean], output, dOutput, dInputs: [dMean, dLogVariance] }) {
    for (let i = 0; i < output.length; i++) {
      if (dMean) dMean[i] = dOutput[i];
      if (dLogVariance) dLogVariance[i] = (dOutput[i] * (output[i] - mean[i])) / 2;
    }
  }
}

class VariancePenalty extends regularizers.CustomRegularizer {
  evaluate(logVariance, gradient) {
    let sum = 0;
    for (let i = 0; i < logVariance.length; i++) {
      const variance = Math.exp(logVariance[i]);
      sum += (variance - 1 - logVariance[i]) / (2 * PIXELS);
      gradient[i] = (variance - 1) / (2 * PIXELS);
    }
    return sum;
  }
}

async function variational(seed) {
  setRandomSeed(seed);
  const digit = input({ shape: [PIXELS] });
  const wide = layers.dense({ units: 128, activation: "relu" }).apply(digit);
  const hidden = layers.dense({ units: 64, activation: "relu" }).apply(wide);
  const small = regularizers.l2({ l2: 0.5 / PIXELS });
  const mean = layers.dense({ units: 2, activityRegularizer: small }).apply(hidden);
  const logVariance = layers
    .dense({ units: 2, kernelInitializer: "zeros", activityRegularizer: new VariancePenalty() })
    .apply(hidden);
  const decoder = sequential({
    layers: [
      layers.dense({ units: 64, activation: "relu", inputShape: [2] }),
      layers.dense({ units: 128, activation: "relu" }),
      layers.dense({ units: PIXELS, activation: "sigmoid" }),
    ],
  });
  const net = model({ inputs: digit, outputs: decoder.apply(new Sampling().apply([mean, logVariance])) });
  return errorTaken(net, {
    x: digits("train10k"),
    test: digits("test2k"),
    epochs: 8,
    comparedWith: linearError(2),
  });
}

const HEAPS = 8;
const DEVIATION = 0.05;
const SAMPLES = 2000;
const centres = Array.from({ length: HEAPS }, (_, i) => [
  2 * Math.cos((2 * Math.PI * i) / HEAPS),
  2 * Math.sin((2 * Math.PI * i) / HEAPS),
]);

/** How many heaps have at least 1 % of the points within three standard deviations. */
function heapsFound(points) {
  const isFound = ([x, y]) => {
    let near = 0;
    for (let i = 0; i < points.length; i += 2) {
      if (Math.hypot(points[i] - x, points[i + 1] - y) < 3 * DEVIATION) near++;
    }
    return near >= 0.01 * SAMPLES;
  };
  return centres.filter(isFound).length;
}

/** Two hidden layers of 128 between `inputs` and `outputs` numbers. */
function network(inputs, outputs) {
  return sequential({
    layers: [
      layers.dense({ units: 128, activation: "relu", inputShape: [inputs] }),
      layers.dense({ units: 128, activation: "relu" }),
      layers.dense({ units: outputs }),
    ],
  });
}

/** 1 if the generator finds at least seven of eight heaps on a ring, else 0. */
async function ring(seed) {
  setRandomSeed(seed);
  const normal = initializers.randomNormal({ stddev: 1 });
  const uniform = initializers.randomUniform({ minval: 0, maxval: HEAPS });
  const [generator, discriminator] = [network(2, 2), network(2, 1)];
  const options = () => ({
    optimizer: optimizers.adam({ learningRate: 5e-4, beta1: 0.5 }),
    loss: losses.binaryCrossentropy({ fromLogits: true }),
  });
  discriminator.compile(options());
  discriminator.trainable = false;
  const adversary = sequential({ layers: [generator, discriminator] });
  adversary.compile(options());

  const batch = 128;
  const rows = new Float32Array(4 * batch);
  const isReal = new Float32Array(2 * batch).fill(1, 0, batch);
  const pretended = new Float32Array(batch).fill(1);
  for (let step = 0; step < 3000; step++) {
    const heaps = uniform.sample([batch]).data;
    const noise = normal.sample([batch, 2]).data;
    rows.set(noise.map((value, i) => centres[Math.floor(heaps[i >> 1]) % HEAPS][i % 2] + DEVIATION * value));
    rows.set(generator.predict(normal.sample([batch, 2])).data, 2 * batch);
    discriminator.trainOnBatch(rows, isReal);
    adversary.trainOnBatch(normal.sample([batch, 2]), pretended);
  }
  return heapsFound(generator.predict(normal.sample([SAMPLES, 2])).data) >= HEAPS - 1 ? 1 : 0;
}

/** The score of autoencoders is which part of the error of what they are compared with is gone. */
export const generative = [
  { name: "autoencoder 784-128-32-128-784", score: "vs PCA", floor: 0.1, spread: 0.024, run: dense },
  { name: "denoising, convolutional", score: "vs noise", floor: 0.4, spread: 0.09, run: denoising },
  { name: "variational, code of 2", score: "vs PCA", floor: 0.12, spread: 0.006, run: variational },
  { name: "GAN, seven of eight heaps", score: "share", floor: 0.8, spread: 0.1, run: ring },
];
