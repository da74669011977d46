// How warm will the sea off Peru be next month? A series of months in, the month after it out.
import { layers, optimizers, preprocessing, scores, sequential, setRandomSeed, tensor } from "lanegrad";
import { readElNino, windowsBefore } from "./support/elNino.js";
import { saveLines } from "./support/lines.js";

setRandomSeed(1); // the same weights and the same order of rows on every run

const WINDOW = 12; // months that the network sees
const months = readElNino();
const temperatures = months.map(({ temperature }) => temperature);
const testStart = months.length - Math.floor(months.length / 5); // the last fifth is the test

// What a month looks like to the network: its temperature, scaled by the years before the test alone, and the season.
const scaler = preprocessing.standardScaler();
scaler.fit(temperatures.slice(0, testStart).map((temperature) => [temperature]));
const [scale] = scaler.scale;
const scaled = scaler.transform(temperatures.map((temperature) => [temperature]));
const rows = months.map(({ month }, i) => {
  const angle = (2 * Math.PI * month) / 12; // December and January are neighbours
  return [...scaled[i], Math.sin(angle), Math.cos(angle)];
});

// What it learns is by how much the next month is warmer.
const changes = months.map((_, i) => (i === 0 ? 0 : (temperatures[i] - temperatures[i - 1]) / scale));
const xTrain = tensor(windowsBefore(rows, WINDOW, WINDOW, testStart));
const yTrain = Float32Array.from(changes.slice(WINDOW, testStart));
const xTest = tensor(windowsBefore(rows, WINDOW, testStart, months.length));

const net = sequential({
  layers: [layers.lstm({ units: 32, inputShape: [WINDOW, 3] }), layers.dense({ units: 1 })],
});
net.compile({ optimizer: optimizers.adam({ learningRate: 3e-3 }), loss: "mse" });
net.summary();

const start = performance.now();
const { history } = await net.fit(xTrain, yTrain, { epochs: 30, verbose: 0 });
const seconds = (performance.now() - start) / 1000;
console.log(
  `\nLoss ${history.loss[0].toFixed(3)} in the first epoch, ${history.loss.at(-1).toFixed(3)} in the last.`,
);

// Each forecast knows all months before its own, and nothing later.
const test = temperatures.slice(testStart);
const before = (distance) => temperatures.slice(testStart - distance, temperatures.length - distance);
const forecasts = Array.from(net.predict(xTest).data, (change, i) => before(1)[i] + change * scale);

/** The mean temperature of each month of the year, in the years before the test. */
const usual = Array.from({ length: 12 }, (_, i) => {
  const known = months.slice(0, testStart).filter(({ month }) => month === i + 1);
  return known.reduce((sum, { temperature }) => sum + temperature, 0) / known.length;
});
const usualChange = ({ month }) => usual[month - 1] - usual[(month + 10) % 12];

const candidates = {
  "the LSTM": forecasts,
  "the last month's value (persistence)": before(1),
  "the same month a year before": before(12),
  "the last month's value and the usual change": before(1).map(
    (temperature, i) => temperature + usualChange(months[testStart + i]),
  ),
};
console.log(`\nError of one month's forecast in ${test.length} months that training has not seen (RMSE):`);
const errors = Object.entries(candidates).map(([name, forecast]) => [name, scores.rmse(test, forecast)]);
for (const [name, error] of errors) console.log(`  ${error.toFixed(3)} degrees  ${name}`);

const placeOf = (i) => months[i].year + (months[i].month - 1) / 12;
const line = (name, values, from) => ({ name, points: values.map((value, i) => [placeOf(from + i), value]) });
const shown = [
  line("LSTM, one month ahead", forecasts, testStart),
  line("persistence", before(1), testStart),
];
const path = saveLines("lstm", "Sea surface temperature off Peru (Nino 1+2), degrees Celsius", [
  {
    name: "The series, and forecasts for its last fifth",
    lines: [line("observed", temperatures, 0), shown[0]],
  },
  { name: "The last fifth", lines: [line("observed", test, testStart), ...shown] },
]);
const [[, ours], [, persistence], , [, strongest]] = errors;
console.log(
  `
From ${yTrain.length} windows of ${WINDOW} months the network learnt the seasons and how warm and cold spells go on: its forecasts
are ${(persistence / ours).toFixed(1)} times as close as the last month's value, and ${ours < strongest ? `${(100 * (1 - ours / strongest)).toFixed(0)} % closer than` : "no closer than"} that value with the usual change of the season.
Training took ${seconds.toFixed(2)} s.
Picture: ${path}`,
);
