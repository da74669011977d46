// What examples/lstm.js claims.
import { layers, preprocessing, scores, setRandomSeed, tensor } from "lanegrad";
import { readElNino, windowsBefore } from "../../../examples/support/elNino.js";
import { train } from "./train.js";

const WINDOW = 12;

/** examples/lstm.js: by which share its error is below that of the last value repeated. */
async function elNino(seed) {
  setRandomSeed(seed);
  const months = readElNino();
  const values = months.map(({ temperature }) => [temperature]);
  const testStart = values.length - Math.floor(values.length / 5);
  const scaler = preprocessing.standardScaler().fit(values.slice(0, testStart));
  const scaled = scaler.transform(values);
  const rows = months.map(({ month }, i) => {
    const angle = (2 * Math.PI * month) / 12;
    return [...scaled[i], Math.sin(angle), Math.cos(angle)];
  });
  const windows = (start, end) => tensor(windowsBefore(rows, WINDOW, start, end));
  const changes = scaled.map(([value], i) => (i === 0 ? 0 : value - scaled[i - 1][0]));
  const net = await train(
    [layers.lstm({ units: 32, inputShape: [WINDOW, 3] }), layers.dense({ units: 1 })],
    { xTrain: windows(WINDOW, testStart), yTrain: Float32Array.from(changes.slice(WINDOW, testStart)) },
    { loss: "mse", learningRate: 3e-3, epochs: 30 },
  );
  const predicted = net.predict(windows(testStart, months.length)).data;
  const test = changes.slice(testStart);
  return 1 - scores.rmse(test, Array.from(predicted)) / scores.rmse(test, new Float32Array(test.length));
}

export const sequences = [
  { name: "el nino LSTM 32", score: "skill", floor: 0.59, spread: 0.006, run: elNino },
];
