// Who has diabetes? Eight readings of a person in, the probability of diabetes out.
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { layers, optimizers, preprocessing, scores, sequential, setRandomSeed } from "lanegrad";
import { saveCurves } from "./support/curves.js";

setRandomSeed(1); // the same split and the same weights on every run

// Every row of the table is one person; its last column says whether she has diabetes.
const table = parse(readFileSync(new URL("data/pima-diabetes.csv", import.meta.url)), {
  from: 2,
  cast: true,
});
const x = table.map((row) => row.slice(0, -1));
const y = table.map((row) => row.at(-1));

// A fifth is kept aside for the test, with the same share of sick people as in the rest.
const split = preprocessing.trainTestSplit(x, y, { testSize: 0.2, stratify: true });
const { yTrain, yTest } = split;

// Ages and insulin levels differ in scale. The scaler learns from the training part alone.
const scaler = preprocessing.standardScaler();
const xTrain = scaler.fitTransform(split.xTrain);
const xTest = scaler.transform(split.xTest);

const net = sequential({
  layers: [
    layers.dense({ units: 16, activation: "relu", inputShape: [8] }),
    layers.dense({ units: 8, activation: "relu" }),
    layers.dense({ units: 1, activation: "sigmoid" }),
  ],
});
net.compile({
  optimizer: optimizers.adam({ learningRate: 1e-3 }),
  loss: "binaryCrossentropy",
  metrics: ["accuracy"],
});
net.summary();

const start = performance.now();
const { history } = await net.fit(xTrain, yTrain, { epochs: 150, validationData: [xTest, yTest] });
const seconds = (performance.now() - start) / 1000;

const predicted = Array.from(net.predict(xTest).data, (probability) => (probability > 0.5 ? 1 : 0));
console.log();
console.log(String(scores.classificationReport(yTest, predicted, { targetNames: ["healthy", "diabetes"] })));

const right = Math.round(scores.accuracy(yTest, predicted) * yTest.length);
const found = scores.recall(yTest, predicted);
console.log(
  `From ${yTrain.length} people the network learnt to tell who has diabetes. Of ${yTest.length} others it judges ${right}
rightly and finds ${Math.round(100 * found)} % of those who have it. Calling everyone healthy would be right
for ${yTest.filter((sick) => sick === 0).length}. Training took ${seconds.toFixed(2)} s.
Curves: ${saveCurves("diabetes", "Diabetes: 8-16-8-1, 150 epochs", history)}`,
);
