// Which digit is it? A convolutional network: small filters that look for strokes all over the image (LeCun et al. 1998).
import {
  layers,
  losses,
  model,
  optimizers,
  schedules,
  scores,
  sequential,
  setRandomSeed,
  tensor,
} from "lanegrad";
import { saveCurves } from "./support/curves.js";
import { readIdx } from "./support/idx.js";
import { saveImages } from "./support/images.js";

setRandomSeed(1); // the same weights and the same order of images on every run

/** Images [count, 28, 28, 1] of numbers from 0 to 1: height, width and one channel, grey; labels from 0 to 9. */
function readDigits(part) {
  const file = (kind) => new URL(`data/mnist-${part}-${kind}-ubyte.gz`, import.meta.url);
  const { shape, values } = readIdx(file("images-idx3"));
  const pixels = Float32Array.from(values, (pixel) => pixel / 255);
  return [tensor(pixels, [...shape, 1]), readIdx(file("labels-idx1")).values];
}
const [xTrain, yTrain] = readDigits("train10k");
const [xTest, yTest] = readDigits("test2k");

// LeNet-5, with what has proved better since: relu and the greatest value of each pool, not tanh and the mean.
const net = sequential({
  layers: [
    layers.conv2d({
      filters: 6,
      kernelSize: 5,
      padding: "same",
      activation: "relu",
      inputShape: [28, 28, 1],
      name: "strokes",
    }),
    layers.maxPooling2d(), // 14 x 14 are left
    layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }), // 10 x 10
    layers.maxPooling2d(), // 5 x 5
    layers.flatten(),
    layers.dense({ units: 120, activation: "relu" }),
    layers.dense({ units: 84, activation: "relu" }),
    layers.dense({ units: 10 }),
  ],
});

// Large steps at first, ever smaller ones towards the end: that is worth more than any other setting.
const [epochs, batchSize] = [5, 32];
const decaySteps = epochs * Math.ceil(yTrain.length / batchSize);
net.compile({
  optimizer: optimizers.adam({
    learningRate: schedules.cosineDecay({ initialLearningRate: 3e-3, decaySteps }),
  }),
  loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
  metrics: ["accuracy"],
});
net.summary();

const start = performance.now();
const { history } = await net.fit(xTrain, yTrain, { epochs, batchSize, validationData: [xTest, yTest] });
const seconds = (performance.now() - start) / 1000;

const predicted = net.predict(xTest).argMax();
console.log();
console.log(String(scores.classificationReport(yTest, predicted)));

// What the network sees: the part of it up to its first layer is a model too.
const strokes = net.getLayer("strokes");
const seen = model({ inputs: net.inputs, outputs: strokes.output }).predict(xTest.slice(0, 1));
const [kernel] = strokes.getWeights(); // [5, 5, 1, 6]
const enlarge = sequential({
  layers: [layers.resizing({ height: 28, width: 28, interpolation: "nearest", inputShape: [5, 5, 6] })],
});
const filters = enlarge.predict(tensor(kernel.data, [1, 5, 5, 6]));

/** The channels of one image [1, 28, 28, channels], each as an image of its own, grey where `zero` is. */
function channelsOf({ data, shape: [, , , channels] }, zero) {
  const greatest = Math.max(...data.map(Math.abs));
  return Array.from({ length: channels }, (_, channel) =>
    data.filter((_, i) => i % channels === channel).map((value) => zero + ((1 - zero) * value) / greatest),
  );
}
const picture = saveImages(
  "cnn-filters",
  "What the six filters of the first layer make of a digit",
  [
    { name: "the digit", images: [xTest.slice(0, 1).data] },
    { name: "filters", images: channelsOf(filters, 0.5) },
    { name: "what they find", images: channelsOf(seen, 0) },
  ],
  { width: 28, height: 28, scale: 3 },
);

const accuracy = scores.accuracy(yTest, predicted);
console.log(
  `
From ${yTrain.length} handwritten digits the network learnt to read: it reads ${Math.round(accuracy * yTest.length)} of ${yTest.length} others rightly (${(100 * accuracy).toFixed(1)} %).
Training took ${seconds.toFixed(2)} s.
Curves: ${saveCurves("cnn", "Handwritten digits: a convolutional network, 5 epochs", history)}
Filters, and what they find in one digit: ${picture}`,
);
