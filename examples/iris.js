// Which iris is it? Four measurements of a flower in, one of three species out.
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { layers, optimizers, preprocessing, scores, sequential, setRandomSeed } from "lanegrad";
import { saveCurves } from "./support/curves.js";

setRandomSeed(1); // the same split and the same weights on every run

const table = parse(readFileSync(new URL("data/iris.csv", import.meta.url)), { from: 2, cast: true });
const x = table.map((row) => row.slice(0, 4));

// Names of species become whole numbers: 0, 1, 2.
const species = preprocessing.labelEncoder();
const y = species.fitTransform(table.map((row) => row[4]));

// The file is sorted by species, so the split mixes the rows; stratified, a third of each part is of each species.
const { xTrain, xTest, yTrain, yTest } = preprocessing.trainTestSplit(x, y, {
  testSize: 0.25,
  stratify: true,
});

const net = sequential({
  layers: [
    layers.dense({ units: 10, activation: "relu", inputShape: [4] }),
    layers.dense({ units: 3, activation: "softmax" }),
  ],
});
net.compile({
  optimizer: optimizers.adam({ learningRate: 1e-2 }),
  loss: "sparseCategoricalCrossentropy", // labels are whole numbers, not one-hot rows
  metrics: ["accuracy"],
});
net.summary();

const start = performance.now();
const { history } = await net.fit(xTrain, yTrain, { epochs: 100, validationData: [xTest, yTest] });
const seconds = (performance.now() - start) / 1000;

// The largest of the three probabilities says which species it is.
const predicted = net.predict(xTest).argMax();
console.log();
console.log(String(scores.classificationReport(yTest, predicted, { targetNames: species.classes })));
console.log(`Rows are the true species, columns what the network took them for:\n
${scores.confusionMatrix(species.inverseTransform(yTest), species.inverseTransform(predicted))}\n`);

const right = Math.round(scores.accuracy(yTest, predicted) * yTest.length);
console.log(
  `From ${yTrain.length} flowers the network learnt to name the species: it names ${right} of ${yTest.length} others rightly.
Training took ${seconds.toFixed(2)} s.
Curves: ${saveCurves("iris", "Iris: 4-10-3, 100 epochs", history)}`,
);
