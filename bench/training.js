// Training through the public API: the time of one step, and of whole fits. Medians of several runs,
// after one that is not counted.
import { backend, layers, losses, sequential } from "lanegrad";

const RUNS = 7;

/** Pseudo-random values in [-0.5, 0.5), the same in every run. */
function values(count, seed) {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

function classes(count, classCount) {
  return Float32Array.from({ length: count }, (_, i) => (i * 7) % classCount);
}

function network(sizes, lastActivation, loss) {
  const net = sequential({
    layers: sizes.slice(1).map((units, i) =>
      layers.dense({
        units,
        activation: i === sizes.length - 2 ? lastActivation : "relu",
        ...(i === 0 && { inputShape: [sizes[0]] }),
      }),
    ),
  });
  net.compile({ optimizer: "adam", loss });
  return net;
}

async function median(work) {
  const times = [];
  for (let i = 0; i <= RUNS; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  const sorted = times.slice(1).sort((a, b) => a - b);
  return { first: times[0], median: sorted[RUNS >> 1], least: sorted[0], most: sorted[RUNS - 1] };
}

function report(name, { first, median: middle, least, most }, divisor = 1) {
  const show = (value) => (value / divisor).toFixed(3);
  console.log(
    `${name.padEnd(52)} ${show(middle).padStart(9)} ms  (${show(least)} to ${show(most)}; first run ${show(first)})`,
  );
}

console.log(`\nTraining, build ${backend().name}, Node ${process.versions.node}, medians of ${RUNS} runs`);

const diabetes = [values(1600 * 8, 1), classes(1600, 2)];
report(
  "fit 8-16-8-1, 1600 rows, batch 32, 150 epochs",
  await median(() =>
    network([8, 16, 8, 1], "sigmoid", "binaryCrossentropy").fit(...diabetes, { epochs: 150, verbose: 0 }),
  ),
);

const iris = [values(112 * 4, 2), classes(112, 3)];
report(
  "fit 4-10-3, 112 rows, batch 32, 100 epochs",
  await median(() =>
    network([4, 10, 3], "softmax", "sparseCategoricalCrossentropy").fit(...iris, { epochs: 100, verbose: 0 }),
  ),
);

const logits = losses.sparseCategoricalCrossentropy({ fromLogits: true });
const digits = [values(10000 * 784, 3), classes(10000, 10)];
const mnist = network([784, 25, 15, 10], "linear", logits);
report(
  "step 784-25-15-10, batch 32, Adam",
  await median(() => mnist.fit(...digits, { verbose: 0 })),
  Math.ceil(10000 / 32),
);

const wide = sequential({
  layers: [
    layers.dense({ units: 512, useBias: false, inputShape: [784] }),
    layers.batchNormalization(),
    layers.activation({ activation: "relu" }),
    layers.dense({ units: 512, useBias: false }),
    layers.batchNormalization(),
    layers.activation({ activation: "relu" }),
    layers.dense({ units: 10 }),
  ],
});
wide.compile({ optimizer: "adam", loss: logits });
const part = [digits[0].subarray(0, 1280 * 784), digits[1].subarray(0, 1280)];
report(
  "step 784-512-512-10 with 2 batch norms, batch 128",
  await median(() => wide.fit(...part, { batchSize: 128, verbose: 0 })),
  10,
);

const row = digits[0].subarray(0, 784);
report(
  "predict one row of 784-25-15-10",
  await median(() => {
    for (let i = 0; i < 1000; i++) mnist.predict(row);
  }),
  1000,
);
