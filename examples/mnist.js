// Which digit is it? The 784 pixels of a handwritten digit in, one of ten digits out.
import { activations, layers, losses, optimizers, scores, sequential, setRandomSeed } from "lanegrad";
import { saveCurves } from "./support/curves.js";
import { readIdx } from "./support/idx.js";

setRandomSeed(1); // the same weights and the same order of rows on every run

/** Images as rows of 784 numbers from 0 to 1, labels as numbers from 0 to 9. */
function readDigits(part) {
  const file = (kind) => new URL(`data/mnist-${part}-${kind}-ubyte.gz`, import.meta.url);
  const pixels = readIdx(file("images-idx3")).values;
  return [Float32Array.from(pixels, (pixel) => pixel / 255), readIdx(file("labels-idx1")).values];
}
const [xTrain, yTrain] = readDigits("train10k");
const [xTest, yTest] = readDigits("test2k");

const net = sequential({
  layers: [
    layers.dense({ units: 25, activation: "relu", inputShape: [784] }),
    layers.dense({ units: 15, activation: "relu" }),
    layers.dense({ units: 10 }), // logits: softmax is left to the loss, which is more exact
  ],
});
net.compile({
  optimizer: optimizers.adam({ learningRate: 1e-3 }),
  loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
  metrics: ["accuracy"],
});
net.summary();

const start = performance.now();
const { history } = await net.fit(xTrain, yTrain, { epochs: 10, validationData: [xTest, yTest] });
const seconds = (performance.now() - start) / 1000;

const logits = net.predict(xTest);
const predicted = logits.argMax();
console.log();
console.log(String(scores.classificationReport(yTest, predicted)));

// Softmax turns logits into probabilities. Here are those of the first test image.
const probabilities = activations.softmax(logits).slice(0, 1).data;
console.log(`The first test image is a ${yTest[0]}. The network's probabilities:`);
for (const [digit, probability] of probabilities.entries()) {
  const bar = "#".repeat(Math.round(40 * probability));
  console.log(`  ${digit}  ${(100 * probability).toFixed(2).padStart(6)} %  ${bar}`.trimEnd());
}

const accuracy = scores.accuracy(yTest, predicted);
console.log(
  `
From ${yTrain.length} handwritten digits the network learnt to read: it reads ${Math.round(accuracy * yTest.length)} of ${yTest.length} others rightly.
Training took ${seconds.toFixed(2)} s.
Curves: ${saveCurves("mnist", "Handwritten digits: 784-25-15-10, 10 epochs", history)}`,
);
