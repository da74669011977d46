// Two networks against each other: one makes points, the other tells them from real ones, and each learns from the other.
// Goodfellow et al. 2014, "Generative Adversarial Networks"; docs/adversarial.md explains the loop.
import { initializers, layers, losses, optimizers, sequential, setRandomSeed } from "lanegrad";
import { firstImages, readDigits } from "./support/digits.js";
import { saveImages } from "./support/images.js";
import { saveScatter } from "./support/scatter.js";

setRandomSeed(1); // the same weights and the same draws on every run
const normal = initializers.randomNormal({ stddev: 1 });
const uniform = initializers.randomUniform({ minval: 0, maxval: 1 });

/** Whole numbers below `end`, drawn at random. */
const drawIndices = (count, end) =>
  Array.from(uniform.sample([count]).data, (value) => Math.min(Math.floor(value * end), end - 1));

/**
 * Lets a generator and a discriminator learn from each other; `drawReal(count)` gives real rows, one after the other.
 *
 * @returns what draws rows from the generator
 */
function compete(generator, discriminator, drawReal, { code, batch, steps, rates, onStep }) {
  // The discriminator learns by itself. In the model of both it is frozen: the generator learns through it.
  const options = (learningRate) => ({
    optimizer: optimizers.adam({ learningRate, beta1: 0.5 }),
    loss: losses.binaryCrossentropy({ fromLogits: true }),
  });
  discriminator.compile(options(rates.discriminator));
  discriminator.trainable = false;
  const adversary = sequential({ layers: [generator, discriminator] });
  adversary.compile(options(rates.generator));

  const drawGenerated = (count) => generator.predict(normal.sample([count, code])).data;
  const isReal = new Float32Array(2 * batch).fill(1, 0, batch);
  const pretended = new Float32Array(batch).fill(1);
  const rows = new Float32Array(2 * batch * generator.outputs[0].shape[1]);
  for (let step = 1; step <= steps; step++) {
    const real = drawReal(batch);
    rows.set(real);
    rows.set(drawGenerated(batch), real.length);
    const detected = discriminator.trainOnBatch(rows, isReal);
    const passed = adversary.trainOnBatch(normal.sample([batch, code]), pretended);
    onStep(step, drawGenerated);
    if (step % (steps / 6) === 0) {
      const numbers = `discriminator ${detected.loss.toFixed(3)}, generator ${passed.loss.toFixed(3)}`;
      console.log(`  step ${String(step).padStart(4)}: loss of the ${numbers}`);
    }
  }
  return drawGenerated;
}

// Points: eight heaps on a circle of radius 2, each of standard deviation 0.05.
const HEAPS = 8;
const DEVIATION = 0.05;
const centres = Array.from({ length: HEAPS }, (_, i) => {
  const angle = (2 * Math.PI * i) / HEAPS;
  return [2 * Math.cos(angle), 2 * Math.sin(angle)];
});

/** Points of heaps chosen at random: x, y, x, y, ... */
function drawPoints(count) {
  const heaps = drawIndices(count, HEAPS);
  const noise = normal.sample([count, 2]).data;
  return noise.map((value, i) => centres[heaps[i >> 1]][i % 2] + DEVIATION * value);
}

/** Two hidden layers between `inputs` and `outputs` numbers. */
function network(inputs, outputs) {
  return sequential({
    layers: [
      layers.dense({ units: 128, activation: "relu", inputShape: [inputs] }),
      layers.dense({ units: 128, activation: "relu" }),
      layers.dense({ units: outputs }),
    ],
  });
}

console.log("Eight heaps of points. Where nothing can be told apart, both losses are log 2 = 0.693.");
const panels = [];
const start = performance.now();
const drawGenerated = compete(network(2, 2), network(2, 1), drawPoints, {
  code: 2,
  batch: 128,
  steps: 3000,
  rates: { generator: 5e-4, discriminator: 5e-4 },
  onStep(step, draw) {
    if (![100, 600, 1200, 3000].includes(step)) return;
    panels.push({ name: `after ${step} steps`, groups: [drawPoints(500), draw(500)] });
  },
});
const seconds = ((performance.now() - start) / 1000).toFixed(1);

const SAMPLES = 2000;
const points = drawGenerated(SAMPLES);
const near = centres.map(
  ([x, y]) =>
    Array.from({ length: SAMPLES }, (_, i) => Math.hypot(points[2 * i] - x, points[2 * i + 1] - y)).filter(
      (distance) => distance < 3 * DEVIATION,
    ).length,
);
console.log(`\nOf ${SAMPLES} generated points, so many are within three standard deviations of each heap:`);
for (const [i, count] of near.entries()) {
  console.log(
    `  ${45 * i} degrees`.padEnd(14),
    String(count).padStart(4),
    "#".repeat(Math.round(count / 10)),
  );
}
const found = near.filter((count) => count >= 0.01 * SAMPLES).length;
const share = Math.round((100 * near.reduce((sum, count) => sum + count)) / SAMPLES);

// Digits: the same loop on images of 14 x 14 pixels, each the mean of four.
const halve = sequential({
  layers: [
    layers.reshape({ targetShape: [28, 28, 1], inputShape: [784] }),
    layers.averagePooling2d(),
    layers.flatten(),
  ],
});
const SIDE = 14;
const digits = halve.predict(readDigits("train10k").images);

/** Digits chosen at random, one after the other. */
function drawDigits(count) {
  const rows = new Float32Array(count * SIDE * SIDE);
  drawIndices(count, digits.shape[0]).forEach((index, i) => {
    rows.set(digits.data.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE), i * SIDE * SIDE);
  });
  return rows;
}

const CODE = 32;
const painter = sequential({
  layers: [
    layers.dense({ units: 128, inputShape: [CODE] }),
    layers.batchNormalization(),
    layers.leakyReLU({ negativeSlope: 0.2 }),
    layers.dense({ units: 256 }),
    layers.batchNormalization(),
    layers.leakyReLU({ negativeSlope: 0.2 }),
    layers.dense({ units: SIDE * SIDE, activation: "sigmoid" }),
  ],
});
const critic = sequential({
  layers: [
    layers.dense({ units: 256, inputShape: [SIDE * SIDE] }),
    layers.leakyReLU({ negativeSlope: 0.2 }),
    layers.dropout({ rate: 0.5 }),
    layers.dense({ units: 1 }),
  ],
});

console.log(`\nDigits of ${SIDE} x ${SIDE} pixels, by the same loop.`);
const fixed = normal.sample([12, CODE]); // the same codes at every look
const pictures = [];
compete(painter, critic, drawDigits, {
  code: CODE,
  batch: 64,
  steps: 4200,
  rates: { generator: 1e-3, discriminator: 5e-4 },
  onStep(step) {
    if (![100, 600, 1200, 2400, 4200].includes(step)) return;
    const images = firstImages(painter.predict(fixed).data, 12, SIDE * SIDE);
    pictures.push({ name: `after ${step} steps`, images });
  },
});
pictures.push({ name: "real ones", images: firstImages(drawDigits(12), 12, SIDE * SIDE) });

const groups = ["real", "generated"];
const size = { width: SIDE, height: SIDE, scale: 4 };
console.log(`
In ${seconds} s the generator found ${found} of the ${HEAPS} heaps; ${share} % of its points are within them.
Points: ${saveScatter("gan", "Points that a generator learns to make, and real ones", panels, { groups, reach: 2.6 })}
Digits: ${saveImages("gan-digits", "Digits that a generator learns to draw", pictures, size)}`);
