// Digits on a map: a variational autoencoder, whose code is a place on a plane, so that places can be turned into digits.
// Kingma and Welling 2014, "Auto-Encoding Variational Bayes".
import { initializers, input, layers, model, regularizers, sequential, setRandomSeed } from "lanegrad";
import { firstImages, PIXELS, printErrors, readDigits } from "./support/digits.js";
import { saveImages } from "./support/images.js";
import { columnMeans, reconstructFromComponents } from "./support/principalComponents.js";

const CODE = 2;
const SHOWN = 15; // images in a row, and rows of the map
const EPOCHS = 16;

/** A place drawn at random about the mean; at prediction, the mean itself. */
class Sampling extends layers.CustomLayer {
  forward({ inputs: [mean, logVariance], output, training, randomNormal }) {
    for (let i = 0; i < output.length; i++) {
      output[i] = training ? mean[i] + Math.exp(logVariance[i] / 2) * randomNormal() : mean[i];
    }
  }
  backward({ inputs: [mean], output, dOutput, dInputs: [dMean, dLogVariance] }) {
    // output - mean is the deviation that was drawn, and the derivative of exp(v / 2) is half of itself.
    for (let i = 0; i < output.length; i++) {
      if (dMean) dMean[i] = dOutput[i];
      if (dLogVariance) dLogVariance[i] = (dOutput[i] * (output[i] - mean[i])) / 2;
    }
  }
}

// The divergence of what the encoder says from the standard normal distribution is the sum of
// mean^2 / 2 and (variance - 1 - log variance) / 2: a penalty on each of its two outputs. The crossentropy is a
// mean over pixels, so the penalties are divided by their number too.
const STRENGTH = 1 / PIXELS;

class VariancePenalty extends regularizers.CustomRegularizer {
  evaluate(logVariance, gradient) {
    let sum = 0;
    for (let i = 0; i < logVariance.length; i++) {
      const variance = Math.exp(logVariance[i]);
      sum += (STRENGTH / 2) * (variance - 1 - logVariance[i]);
      gradient[i] = (STRENGTH / 2) * (variance - 1);
    }
    return sum;
  }
}

setRandomSeed(1); // the same weights and the same draws on every run
const xTrain = readDigits("train10k").images;
const { images: xTest, labels } = readDigits("test2k");

const digit = input({ shape: [PIXELS] });
const wide = layers.dense({ units: 128, activation: "relu" }).apply(digit);
const hidden = layers.dense({ units: 64, activation: "relu" }).apply(wide);
const mean = layers
  .dense({ units: CODE, activityRegularizer: regularizers.l2({ l2: STRENGTH / 2 }) })
  .apply(hidden);
const logVariance = layers
  .dense({ units: CODE, kernelInitializer: "zeros", activityRegularizer: new VariancePenalty() })
  .apply(hidden);
const decoder = sequential({
  layers: [
    layers.dense({ units: 64, activation: "relu", inputShape: [CODE] }),
    layers.dense({ units: 128, activation: "relu" }),
    layers.dense({ units: PIXELS, activation: "sigmoid" }),
  ],
});
const encoder = model({ inputs: digit, outputs: mean });
const autoencoder = model({
  inputs: digit,
  outputs: decoder.apply(new Sampling().apply([mean, logVariance])),
});

autoencoder.compile({ optimizer: { name: "adam", learningRate: 2e-3 }, loss: "binaryCrossentropy" });
const start = performance.now();
const { history } = await autoencoder.fit(xTrain, xTrain, { epochs: EPOCHS, batchSize: 64, verbose: 0 });
const seconds = ((performance.now() - start) / 1000).toFixed(1);
const [first, last] = [history.loss[0], history.loss.at(-1)].map((loss) => loss.toFixed(3));
console.log(`${EPOCHS} epochs in ${seconds} s: the loss, with its penalties, went from ${first} to ${last}`);

// What the network must beat: the mean of all digits, and the best that linear maps to two numbers and back can do.
const meanDigit = columnMeans(xTrain, PIXELS);
const linear = reconstructFromComponents(xTrain, xTest, { columns: PIXELS, count: CODE, seed: 1 });
const made = autoencoder.predict(xTest).data;
const errors = printErrors(
  {
    "the mean of all digits": xTest.map((_, i) => meanDigit[i % PIXELS]),
    "principal components": linear,
    variational: made,
  },
  xTest,
);

const codes = encoder.predict(xTest).data;
console.log("\nWhere the digits lie on the plane, on average:");
for (let wanted = 0; wanted < 10; wanted++) {
  const rows = Array.from(labels.keys()).filter((row) => labels[row] === wanted);
  const middle = [0, 1].map(
    (axis) => rows.reduce((sum, row) => sum + codes[CODE * row + axis], 0) / rows.length,
  );
  console.log(`  ${wanted}  ${middle.map((value) => value.toFixed(2).padStart(6)).join("  ")}`);
}

// Any place is a digit: places drawn from the normal distribution, and a grid on the plane.
const drawn = decoder.predict(initializers.randomNormal({ stddev: 1 }).sample([SHOWN, CODE])).data;
const steps = Array.from({ length: SHOWN }, (_, i) => 2.4 * ((2 * i) / (SHOWN - 1) - 1));
const plane = steps.map((y) => firstImages(decoder.predict(steps.map((x) => [x, -y])).data, SHOWN));
const size = { width: 28, height: 28 };
const rows = [
  { name: "originals", images: firstImages(xTest, SHOWN) },
  { name: "two components", images: firstImages(linear, SHOWN) },
  { name: "reconstructed", images: firstImages(made, SHOWN) },
  { name: "drawn at random", images: firstImages(drawn, SHOWN) },
];
const map = plane.map((images, i) => ({ name: (-steps[i]).toFixed(1), images }));
const share = Math.round((100 * errors.variational) / errors["principal components"]);
console.log(`
With two numbers for a digit, the error is ${share} % of that of two principal components.
Digits: ${saveImages("variational", "Digits through two numbers and back, and new ones", rows, size)}
The map: ${saveImages("variational-map", "What lies where: the plane from -2.4 to 2.4, decoded", map, size)}`);
