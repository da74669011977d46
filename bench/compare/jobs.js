// What is measured. A group's jobs run in the same processes, one after another.
import { NETS } from "./nets.js";

const MICROSECONDS = 1e3;

/** Operations of a counted run of a product, enough that the clock does not matter, and its most calls. */
const PRODUCT_OPERATIONS = 2e7;
const MOST_CALLS = 2000;

const JAVASCRIPT = ["lanegrad", "tfjs wasm", "tfjs cpu", "jax-js", "convnetjs"];
const PYTHON = ["NumPy", "PyTorch"];
const ORT = ["ort web", "ort node"];
const SEQUENCE_TRAINING = ["lanegrad", "tfjs wasm", "tfjs cpu", "PyTorch"];
const IMAGE_TRAINING = ["lanegrad", "tfjs cpu", "PyTorch"];
const WIDE_TRAINING = ["lanegrad", "tfjs wasm", "tfjs cpu", "jax-js", "PyTorch"];

function step(id, net, title, { batch, steps, contestants }) {
  return {
    id,
    kind: "step",
    title: `step ${title}, batch ${batch}, Adam`,
    net,
    rows: batch,
    batch,
    count: steps,
    unit: "ms",
    contestants,
  };
}

function fit(id, net, title, { rows, epochs, contestants, batch = 32 }) {
  const length = epochs === 1 ? "1 epoch" : `${epochs} epochs`;
  return {
    id,
    kind: "fit",
    title: `fit ${title}, ${rows} rows, ${length}, batch ${batch}`,
    net,
    rows,
    batch,
    epochs,
    count: 1,
    unit: "ms",
    contestants,
  };
}

function predict(id, net, title, { rows, count, contestants }) {
  return {
    id,
    kind: "predict",
    title: `predict ${rows === 1 ? "one row" : `${rows} rows`}, ${title}`,
    net,
    rows,
    count,
    unit: "us",
    scale: MICROSECONDS,
    contestants,
  };
}

const TRANSPOSES = [
  { name: "A.B", transposeA: false, transposeB: false },
  { name: "At.B", transposeA: true, transposeB: false },
  { name: "A.Bt", transposeA: false, transposeB: true },
];

function product(m, n, k, { name, ...transposes }) {
  const id = `matmul ${m} x ${n} x ${k} ${name}`;
  const count = Math.min(MOST_CALLS, Math.ceil(PRODUCT_OPERATIONS / (2 * m * n * k)));
  const contestants = ["lanegrad", "tfjs wasm", "jax-js", ...PYTHON, ...ORT];
  return { id, kind: "matMul", title: id, m, n, k, ...transposes, count, unit: "GFLOP/s", contestants };
}

/** The products of a training step: for each layer forward, gradient of the kernel, gradient of the input. */
function productsOf({ layers }, batch) {
  const [plain, transposedA, transposedB] = TRANSPOSES;
  return layers.flatMap(({ inputs, units }) => [
    product(batch, units, inputs, plain),
    product(inputs, units, batch, transposedA),
    product(batch, inputs, units, transposedB),
  ]);
}

const SQUARES = [64, 128, 256, 512, 1024];

const digits = "784-25-15-10";
const wide = "784-512-512-10";
const withNorms = `${wide} with 2 batch norms`;
const lstm = "LSTM 64 and dense 10, 50 time steps of 32";
const lenet = "LeNet, 6 and 16 filters of 5 x 5";

const cold = { net: NETS.digits, rows: 1, unit: "ms", fresh: "cold" };

/** All groups by name, in the order in which they are measured. */
export const GROUPS = {
  "step-digits": [
    step("step-digits", NETS.digits, digits, {
      batch: 32,
      steps: 50,
      contestants: [...JAVASCRIPT, ...PYTHON],
    }),
  ],
  "fit-digits": [
    fit("fit-digits", NETS.digits, digits, {
      rows: 10_000,
      epochs: 1,
      contestants: [...JAVASCRIPT, ...PYTHON],
    }),
  ],
  "fit-diabetes": [
    fit("fit-diabetes", NETS.diabetes, "8-16-8-1", {
      rows: 1600,
      epochs: 150,
      contestants: [...JAVASCRIPT, "synaptic", ...PYTHON],
    }),
  ],
  "fit-iris": [
    fit("fit-iris", NETS.iris, "4-10-3", {
      rows: 112,
      epochs: 100,
      contestants: [...JAVASCRIPT, "synaptic", ...PYTHON],
    }),
  ],
  "step-wide": [
    step("step-wide", NETS.wideNormalized, withNorms, { batch: 128, steps: 10, contestants: WIDE_TRAINING }),
  ],
  "step-lstm": [
    step("step-lstm", NETS.sequence, lstm, { batch: 32, steps: 5, contestants: SEQUENCE_TRAINING }),
    // Outputs are compared closer than losses are.
    predict("predict-lstm", NETS.sequence, lstm, { rows: 32, count: 5, contestants: SEQUENCE_TRAINING }),
  ],
  // No gradient of a convolution in TensorFlow.js's wasm backend.
  "step-lenet": [step("step-lenet", NETS.lenet, lenet, { batch: 32, steps: 5, contestants: IMAGE_TRAINING })],
  "forward-lenet": [
    predict("forward-lenet", NETS.lenet, lenet, {
      rows: 32,
      count: 10,
      contestants: ["lanegrad", "tfjs wasm", "PyTorch"],
    }),
  ],
  "matmul-squares": SQUARES.flatMap((size) =>
    TRANSPOSES.map((transposes) => product(size, size, size, transposes)),
  ),
  "matmul-digits": productsOf(NETS.digits, 32),
  "matmul-diabetes": productsOf(NETS.diabetes, 32),
  "matmul-wide": productsOf(NETS.wide, 128),
  predict: [
    predict("predict-digits", NETS.digits, digits, {
      rows: 1,
      count: 500,
      contestants: [...JAVASCRIPT, ...PYTHON, ...ORT],
    }),
    predict("predict-diabetes", NETS.diabetes, "8-16-8-1", {
      rows: 1,
      count: 500,
      contestants: [...JAVASCRIPT, "synaptic", ...PYTHON, ...ORT],
    }),
    predict("predict-wide", NETS.wide, wide, {
      rows: 1,
      count: 50,
      contestants: [...JAVASCRIPT, ...PYTHON, ...ORT],
    }),
    predict("predict-wide-256", NETS.wide, wide, {
      rows: 256,
      count: 1,
      contestants: [...JAVASCRIPT, ...PYTHON, ...ORT],
    }),
  ],
  "first-fit": [
    {
      ...fit("first-fit", NETS.iris, "4-10-3", {
        rows: 112,
        epochs: 100,
        contestants: ["lanegrad", "tfjs wasm", "tfjs cpu", "jax-js", "convnetjs"],
      }),
      title: "first fit of 4-10-3 in a fresh process, compilation included",
      fresh: "firstFit",
    },
  ],
  memory: [
    {
      ...fit("memory", NETS.wideNormalized, withNorms, {
        rows: 1280,
        epochs: 2,
        batch: 128,
        contestants: WIDE_TRAINING,
      }),
      title: `peak resident memory of training ${withNorms}, 1,280 rows, batch 128, over a bare process`,
      unit: "MB",
      fresh: "memory",
    },
  ],
  cold: [
    {
      ...cold,
      id: "cold",
      title: `cold process to first prediction of ${digits}, over a bare Node`,
      contestants: ["lanegrad", "tfjs wasm", "tfjs cpu", "jax-js", "convnetjs", ...PYTHON, ...ORT],
    },
    {
      ...cold,
      id: "cold-bundled",
      title: `the same with each program bundled into one file, ${digits}, over a bare Node`,
      isBundled: true,
      contestants: ["lanegrad", "tfjs cpu", "jax-js", "convnetjs"],
    },
  ],
};
