// Who has diabetes? A table in, a report out, and no permission but to read the table:
//   deno run --allow-read=examples/data/pima-diabetes.csv examples/deno/diabetes.ts
import { layers, optimizers, preprocessing, scores, sequential, setRandomSeed } from "lanegrad";

setRandomSeed(1); // the same split and the same weights on every run

// Every row of the table is one person; its last column says whether she has diabetes. The first line has names.
const text = await Deno.readTextFile(new URL("../data/pima-diabetes.csv", import.meta.url));
const table = text
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split(",").map(Number));
const x = table.map((row) => row.slice(0, -1));
const y = table.map((row) => row[row.length - 1]);

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

const start = performance.now();
await net.fit(xTrain, yTrain, { epochs: 150 });
const seconds = (performance.now() - start) / 1000;

const { loss, accuracy } = net.evaluate(xTest, yTest);
const predicted = Array.from(net.predict(xTest).data, (probability) => (probability > 0.5 ? 1 : 0));
const targetNames = ["healthy", "diabetes"];
console.log("\nRows are what people are, columns what the network says (0 healthy, 1 diabetes):\n");
console.log(String(scores.confusionMatrix(yTest, predicted)));
console.log();
console.log(String(scores.classificationReport(yTest, predicted, { targetNames })));
console.log(
  `From ${yTrain.length} people the network learnt to tell who has diabetes, in ${seconds.toFixed(2)} s.
Of ${yTest.length} others it judges ${(100 * accuracy).toFixed(1)} % rightly (loss ${loss.toFixed(3)}); calling everyone healthy would be
right for ${((100 * yTest.filter((sick) => sick === 0).length) / yTest.length).toFixed(1)} %.`,
);
