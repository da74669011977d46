// A digit in 32 numbers, and back: networks that squeeze their input through a narrow layer and put it together again.
import { initializers, layers, sequential, setRandomSeed } from "lanegrad";
import { firstImages, PIXELS, printErrors, readDigits } from "./support/digits.js";
import { saveImages } from "./support/images.js";
import { columnMeans, reconstructFromComponents } from "./support/principalComponents.js";

const CODE = 32; // numbers that a digit must pass as
const SHOWN = 12;

setRandomSeed(1); // the same weights and the same noise on every run
const xTrain = readDigits("train10k").images;
const xTest = readDigits("test2k").images;

/** Through layers in which every value meets every other. */
function dense() {
  return sequential({
    layers: [
      layers.dense({ units: 128, activation: "relu", inputShape: [PIXELS] }),
      layers.dense({ units: CODE }),
      layers.dense({ units: 128, activation: "relu" }),
      layers.dense({ units: PIXELS, activation: "sigmoid" }),
    ],
  });
}

/** Through convolutions, which look at neighbours: 28 x 28, 14 x 14, 7 x 7, the code, and the same way back. */
function convolutional() {
  const halve = { kernelSize: 3, strides: 2, padding: "same", activation: "relu" };
  return sequential({
    layers: [
      layers.reshape({ targetShape: [28, 28, 1], inputShape: [PIXELS] }),
      layers.conv2d({ filters: 8, ...halve }),
      layers.conv2d({ filters: 16, ...halve }),
      layers.flatten(),
      layers.dense({ units: CODE }),
      layers.dense({ units: 7 * 7 * 16, activation: "relu" }),
      layers.reshape({ targetShape: [7, 7, 16] }),
      layers.conv2dTranspose({ filters: 8, ...halve }),
      layers.conv2dTranspose({ filters: 1, ...halve, activation: "sigmoid" }),
      layers.flatten(),
    ],
  });
}

/** Trains a network to make `clean` of `x`, and says what it makes of the rows of the test. */
async function learn(name, net, x, clean, { test, epochs }) {
  net.compile({ optimizer: { name: "adam", learningRate: 2e-3 }, loss: "binaryCrossentropy" });
  const start = performance.now();
  const { history } = await net.fit(x, clean, { epochs, batchSize: 64, verbose: 0 });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const [first, last] = [history.loss[0], history.loss.at(-1)].map((loss) => loss.toFixed(3));
  console.log(`${name.padEnd(14)} ${epochs} epochs in ${seconds} s: the loss went from ${first} to ${last}`);
  return net.predict(test).data;
}

/** Digits with noise on every pixel, cut off at white and black. */
function withNoise(images) {
  const noise = initializers.randomNormal({ stddev: 0.4 }).sample([images.length]).data;
  return images.map((pixel, i) => Math.min(Math.max(pixel + noise[i], 0), 1));
}
const noisyTest = withNoise(xTest);

const dense32 = await learn("dense", dense(), xTrain, xTrain, { test: xTest, epochs: 8 });
const convolutional32 = await learn("convolutional", convolutional(), xTrain, xTrain, {
  test: xTest,
  epochs: 5,
});
// The targets are what the digits were before the noise, so the network learns to take it away.
const denoised = await learn("denoising", convolutional(), withNoise(xTrain), xTrain, {
  test: noisyTest,
  epochs: 5,
});

// What the networks must beat: the mean of all digits, and the best that linear maps to 32 numbers and back can do.
const mean = columnMeans(xTrain, PIXELS);
const linear = reconstructFromComponents(xTrain, xTest, { columns: PIXELS, count: CODE, seed: 1 });
const errors = printErrors(
  {
    "the mean of all digits": xTest.map((_, i) => mean[i % PIXELS]),
    "principal components": linear,
    dense: dense32,
    convolutional: convolutional32,
    "noisy digits as they are": noisyTest,
    denoising: denoised,
  },
  xTest,
);

const rows = [
  ["originals", xTest],
  ["components", linear],
  ["dense", dense32],
  ["convolutional", convolutional32],
  ["noisy", noisyTest],
  ["denoising", denoised],
].map(([name, values]) => ({ name, images: firstImages(values, SHOWN) }));
const percent = (a, b) => `${Math.round((100 * a) / b)} %`;
console.log(`
With ${CODE} numbers for a digit, the dense autoencoder's error is ${percent(errors.dense, errors["principal components"])} of that of principal components, and
the convolutional one's ${percent(errors.convolutional, errors["principal components"])}. Of the noise's error, ${percent(errors.denoising, errors["noisy digits as they are"])} is left.
Picture: ${saveImages("autoencoder", `Digits through ${CODE} numbers and back`, rows, { width: 28, height: 28 })}`);
