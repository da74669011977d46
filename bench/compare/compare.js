// npm run bench:compare: Lanegrad beside TensorFlow.js, training through `fit` with the defaults of both,
// the same data, the same first weights, the same order. A time counts only if the loss curves agree.
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as lanegrad from "../../dist/index.js";

const RUNS = 5;
/** TensorFlow.js puts Adam's epsilon elsewhere, so its curve differs a little. */
const CURVE_TOLERANCE = 0.02;

setWasmPaths(
  join(dirname(fileURLToPath(import.meta.url)), "node_modules/@tensorflow/tfjs-backend-wasm/dist/"),
);
setThreadsCount(1);

function values(count, seed) {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

const JOBS = [
  {
    name: "fit 784-25-15-10, 10,000 rows, 1 epoch",
    sizes: [784, 25, 15, 10],
    last: "softmax",
    rows: 10_000,
    epochs: 1,
  },
  {
    name: "fit 8-16-8-1, 1,600 rows, 150 epochs",
    sizes: [8, 16, 8, 1],
    last: "sigmoid",
    rows: 1600,
    epochs: 150,
  },
  { name: "fit 4-10-3, 112 rows, 100 epochs", sizes: [4, 10, 3], last: "softmax", rows: 112, epochs: 100 },
];

function dataOf({ sizes, rows }) {
  const classes = Math.max(2, sizes.at(-1));
  const x = values(rows * sizes[0], 7);
  const labels = Float32Array.from({ length: rows }, (_, i) => Math.floor((x[i * sizes[0]] + 0.5) * classes));
  if (sizes.at(-1) === 1) return { x, y: labels };
  const y = new Float32Array(rows * classes);
  labels.forEach((label, i) => (y[i * classes + label] = 1));
  return { x, y };
}

function describe({ sizes, last }) {
  return sizes.slice(1).map((units, i) => ({
    units,
    activation: i === sizes.length - 2 ? last : "relu",
    ...(i === 0 && { inputShape: [sizes[0]] }),
  }));
}

const lossOf = ({ last }) => (last === "sigmoid" ? "binaryCrossentropy" : "categoricalCrossentropy");

function makeLanegrad(job) {
  const net = lanegrad.sequential({ layers: describe(job).map((options) => lanegrad.layers.dense(options)) });
  net.compile({ optimizer: "adam", loss: lossOf(job) });
  return net;
}

async function runLanegrad(job, { x, y }, weights) {
  const net = makeLanegrad(job);
  net.setWeights(weights);
  const start = performance.now();
  const { history } = await net.fit(x, y, { epochs: job.epochs, shuffle: false, verbose: 0 });
  return { time: performance.now() - start, losses: history.loss };
}

async function runTensorflow(job, { x, y }, weights) {
  const net = tf.sequential({ layers: describe(job).map((options) => tf.layers.dense(options)) });
  net.compile({ optimizer: tf.train.adam(0.001), loss: lossOf(job) });
  net.setWeights(weights.map(({ data, shape }) => tf.tensor(data, shape)));
  const [inputs, labels] = [
    tf.tensor2d(x, [job.rows, job.sizes[0]]),
    tf.tensor2d(y, [job.rows, y.length / job.rows]),
  ];
  const start = performance.now();
  const { history } = await net.fit(inputs, labels, { epochs: job.epochs, shuffle: false, verbose: 0 });
  const time = performance.now() - start;
  net.dispose();
  tf.dispose([inputs, labels]);
  return { time, losses: history.loss };
}

const CONTESTANTS = [
  {
    name: `lanegrad ${lanegrad.version} (${lanegrad.backend().name})`,
    run: runLanegrad,
    prepare: async () => {},
  },
  { name: `tfjs ${tf.version.tfjs} wasm`, run: runTensorflow, prepare: () => tf.setBackend("wasm") },
  { name: `tfjs ${tf.version.tfjs} cpu`, run: runTensorflow, prepare: () => tf.setBackend("cpu") },
];

function agrees(losses, reference) {
  return losses.every((loss, i) => Math.abs(loss - reference[i]) <= CURVE_TOLERANCE * Math.abs(reference[i]));
}

console.log(
  `${cpus()[0].model}, Node ${process.versions.node}, one thread, medians of ${RUNS} runs after one\n`,
);
for (const job of JOBS) {
  const data = dataOf(job);
  const weights = makeLanegrad(job).getWeights();
  let reference;
  let ours;
  console.log(job.name);
  for (const { name, run, prepare } of CONTESTANTS) {
    await prepare();
    const times = [];
    let losses;
    for (let i = 0; i <= RUNS; i++) {
      const result = await run(job, data, weights);
      losses = result.losses;
      if (i > 0) times.push(result.time);
    }
    times.sort((a, b) => a - b);
    const median = times[RUNS >> 1];
    reference ??= losses;
    ours ??= median;
    if (!agrees(losses, reference)) throw new Error(`${name} did other work: its loss curve differs`);
    const spread = `${times[0].toFixed(1)} to ${times[RUNS - 1].toFixed(1)}`;
    console.log(
      `  ${name.padEnd(30)} ${median.toFixed(1).padStart(9)} ms  (${spread})   ${(median / ours).toFixed(1)} x`,
    );
  }
}
