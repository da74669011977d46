// What are digits made of? A restricted Boltzmann machine looks at handwritten digits without being told which they are,
// finds strokes that they are made of, and can dream of new ones. Then: do its strokes tell digits apart better than
// pixels do?
import { rbm, setRandomSeed } from "lanegrad";
import { readDigits8x8 } from "./support/digits8x8.js";
import { saveImages } from "./support/images.js";
import { accuracyOf, choosePenalty, fitSoftmaxRegression } from "./support/softmaxRegression.js";

setRandomSeed(1);

const { xTrain, yTrain, xFit, yFit, xValidation, yValidation, xTest, yTest } = readDigits8x8();

// Chosen by cross-validation within xTrain: docs/unsupervised.md says among what.
const options = {
  units: 256,
  epochs: 100,
  batchSize: 50,
  learningRate: 0.05,
  momentum: 0.9,
  weightDecay: 2e-4,
  visibleStates: "probabilities", // pixels are grey
  seed: 1,
};

/** Mean of the free energies of rows: the lower, the likelier the machine finds them. */
function energyOf(machine, x) {
  return machine.freeEnergy(x).data.reduce((sum, energy) => sum + energy, 0) / x.length;
}

// First on a part of the training digits, to choose with the rest of them. As long as both free energies stay
// together, the machine learns what digits have in common rather than these digits by heart.
const start = performance.now();
console.log("epoch   reconstruction   free energy of its digits   of others");
const trial = rbm(options);
await trial.fit(xFit, {
  onEpochEnd(epoch, { reconstructionError }) {
    if ((epoch + 1) % 20 > 0 && epoch > 0) return;
    const cells = [
      reconstructionError.toFixed(4).padStart(17),
      energyOf(trial, xFit).toFixed(2).padStart(28),
      energyOf(trial, xValidation).toFixed(2).padStart(12),
    ];
    console.log(String(epoch + 1).padStart(5) + cells.join(""));
  },
});
const rowsOf = (machine, x) => machine.transform(x).toArray();
const pixels = await choosePenalty(xFit, yFit, xValidation, yValidation);
const strokes = await choosePenalty(rowsOf(trial, xFit), yFit, rowsOf(trial, xValidation), yValidation);

// Then on all training digits. The test digits are looked at once, here.
const machine = rbm(options);
await machine.fit(xTrain);
const pixelNet = await fitSoftmaxRegression(xTrain, yTrain, pixels.penalty);
const strokeNet = await fitSoftmaxRegression(rowsOf(machine, xTrain), yTrain, strokes.penalty);
const fromPixels = accuracyOf(pixelNet, xTest, yTest);
const fromStrokes = accuracyOf(strokeNet, rowsOf(machine, xTest), yTest);
const seconds = (performance.now() - start) / 1000;

const percent = (share) => `${(100 * share).toFixed(2)} %`;
console.log(`
softmax regression on         held back   penalty   test digits
64 pixels                       ${percent(pixels.accuracy)}   ${pixels.penalty.toExponential()}       ${percent(fromPixels)}
${options.units} probabilities of units      ${percent(strokes.accuracy)}   ${strokes.penalty.toExponential()}       ${percent(fromStrokes)}`);

/** The digits in which each of these units sees most of what it looks for: its weights, from 0 to 1. */
function filters(units) {
  const [kernel] = machine.getWeights();
  return units.map((unit) => {
    const weights = Array.from({ length: 64 }, (_, pixel) => kernel.data[pixel * options.units + unit]);
    const [least, most] = [Math.min(...weights), Math.max(...weights)];
    return weights.map((weight) => (weight - least) / (most - least));
  });
}

const COUNT = 14;
const first = (rows) => rows.slice(0, COUNT);
const upTo = (from) => Array.from({ length: COUNT }, (_, i) => from + i);
const path = saveImages(
  "rbm",
  `A restricted Boltzmann machine of ${options.units} units on digits of 8 x 8 pixels`,
  [
    { name: "test digits", images: first(xTest) },
    { name: "reconstructed", images: machine.reconstruct(first(xTest)).toArray() },
    { name: "filters of units", images: filters(upTo(0)) },
    { name: "", images: filters(upTo(COUNT)) },
    ...[1, 10, 100, 1000].map((steps) => ({
      name: `dreamt, step ${steps}`,
      images: machine.sample(COUNT, steps).toArray(),
    })),
  ],
  { width: 8, height: 8, scale: 5 },
);

const fewer = Math.round((fromStrokes - fromPixels) * yTest.length);
console.log(`
Of ${yTest.length} test digits, ${Math.round(fromPixels * yTest.length)} are told rightly from their pixels, and ${Math.round(fromStrokes * yTest.length)} from what the machine found in them
without any label: ${Math.abs(fewer)} ${fewer < 0 ? "fewer" : "more"}. All of it took ${seconds.toFixed(1)} s.
Digits, filters and dreams: ${path}`);
