// Makes digits.safetensors, the trained network that the Worker carries. The same bytes on every machine:
//   node examples/edge/train.js [file]
import { readFileSync, writeFileSync } from "node:fs";
import { configure, layers, preprocessing, sequential, setRandomSeed } from "lanegrad";

configure({ deterministic: true });
setRandomSeed(1);

// Every row is a digit of 8 x 8 pixels from 0 to 16, and the digit it shows. The first line has names.
const text = readFileSync(new URL("../data/digits8x8.csv", import.meta.url), "utf8");
const table = text
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split(",").map(Number));
const pixels = table.map((row) => row.slice(0, 64));
const digits = table.map((row) => row[64]);
const split = preprocessing.trainTestSplit(pixels, digits, { testSize: 0.2, stratify: true });

const net = sequential({
  name: "digits",
  layers: [
    // The scale is part of the network, so that whoever uses it cannot forget it.
    layers.rescaling({ scale: 1 / 16, inputShape: [64] }),
    layers.dense({ units: 48, activation: "relu" }),
    layers.dense({ units: 10, activation: "softmax" }),
  ],
});
net.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
await net.fit(split.xTrain, split.yTrain, { epochs: 60, verbose: 0 });

const { accuracy } = net.evaluate(split.xTest, split.yTest);
const bytes = net.save({ includeOptimizer: false });
writeFileSync(process.argv[2] ?? new URL("digits.safetensors", import.meta.url), bytes);
const right = Math.round(accuracy * split.yTest.length);
console.log(`Reads ${right} of ${split.yTest.length} digits that it has not seen. ${bytes.length} bytes.`);
