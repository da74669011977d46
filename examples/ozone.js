// How bad will the air be? Eight weather readings of a day in, the ozone in Los Angeles out.
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { layers, optimizers, preprocessing, scores, sequential, setRandomSeed } from "lanegrad";
import { saveCurves } from "./support/curves.js";

setRandomSeed(1); // the same split and the same weights on every run

const table = parse(readFileSync(new URL("data/la-ozone.csv", import.meta.url)), { from: 2, cast: true });
const x = table.map((row) => row.slice(0, -1));
const y = table.map((row) => row.at(-1)); // parts per hundred million

const split = preprocessing.trainTestSplit(x, y, { testSize: 0.2 });
const { yTrain, yTest } = split;

// Heights in feet and winds in miles an hour differ in scale. The target stays as it is.
const scaler = preprocessing.standardScaler();
const xTrain = scaler.fitTransform(split.xTrain);
const xTest = scaler.transform(split.xTest);

const net = sequential({
  layers: [
    layers.dense({ units: 10, activation: "relu", inputShape: [8] }),
    layers.dense({ units: 8, activation: "relu" }),
    layers.dense({ units: 1 }),
  ],
});
net.compile({ optimizer: optimizers.adam({ learningRate: 1e-2 }), loss: "mse", metrics: ["mae"] });
net.summary();

const start = performance.now();
const { history } = await net.fit(xTrain, yTrain, { epochs: 100, validationData: [xTest, yTest] });
const seconds = (performance.now() - start) / 1000;

const predicted = net.predict(xTest);
const mean = yTrain.reduce((sum, ozone) => sum + ozone, 0) / yTrain.length;
const guess = yTest.map(() => mean);
console.log(`
          network   the mean of all days
MAE   ${scores.mae(yTest, predicted).toFixed(2).padStart(11)}${scores.mae(yTest, guess).toFixed(2).padStart(23)}
MSE   ${scores.mse(yTest, predicted).toFixed(2).padStart(11)}${scores.mse(yTest, guess).toFixed(2).padStart(23)}
RMSE  ${scores.rmse(yTest, predicted).toFixed(2).padStart(11)}${scores.rmse(yTest, guess).toFixed(2).padStart(23)}
R2    ${scores.r2(yTest, predicted).toFixed(3).padStart(11)}${scores.r2(yTest, guess).toFixed(3).padStart(23)}

From the weather of ${yTrain.length} days the network learnt to tell the ozone. On ${yTest.length} others it is off by
${scores.mae(yTest, predicted).toFixed(1)} parts per hundred million on average, and explains ${Math.round(100 * scores.r2(yTest, predicted))} % of how they differ from each other.
Training took ${seconds.toFixed(2)} s.
Curves: ${saveCurves("ozone", "Ozone: 8-10-8-1, 100 epochs", history)}`);
