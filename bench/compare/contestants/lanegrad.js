// Lanegrad, in the build that is asked for.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as lanegrad from "../../../dist/node/index.mjs";
import { dataOf, operandsOf, sample, weightsOf } from "../nets.js";

const KERNELS = fileURLToPath(new URL("../../../dist/kernels/", import.meta.url));

/** Kernels may read this many bytes beyond their operands. */
const SLACK = 64;
const PAGES = 1024;
/** Steps of the yardstick in a run: about a millisecond. */
const PEAK_STEPS = 300_000;

let build;

export function setUp(setting) {
  build = setting;
  lanegrad.configure({ build });
  return lanegrad.version;
}

function makeConvolutions({ convolutions, inputShape }) {
  const made = convolutions.flatMap(({ filters, size, padding }, i) => [
    lanegrad.layers.conv2d({
      filters,
      kernelSize: size,
      padding,
      activation: "relu",
      ...(i === 0 ? { inputShape } : {}),
    }),
    lanegrad.layers.maxPooling2d(),
  ]);
  return made.length > 0 ? [...made, lanegrad.layers.flatten()] : [];
}

function makeNet(description) {
  const before = makeConvolutions(description);
  const made = description.layers.flatMap(({ units, activation, normalized, steps }, i) => {
    const shape = i === 0 && before.length === 0 ? { inputShape: description.inputShape } : {};
    if (steps !== undefined) return [lanegrad.layers.lstm({ units, activation, ...shape })];
    if (!normalized) return [lanegrad.layers.dense({ units, activation, ...shape })];
    return [
      lanegrad.layers.dense({ units, useBias: false, ...shape }),
      lanegrad.layers.batchNormalization(),
      lanegrad.layers.activation({ activation }),
    ];
  });
  return lanegrad.sequential({ layers: [...before, ...made] });
}

function setWeights(net, weights) {
  const withKernel = net.layers.filter((layer) => layer.getConfig().kernelInitializer !== undefined);
  withKernel.forEach((layer, i) => {
    const { kernel, recurrent, bias } = weights[i];
    layer.setWeights([kernel, ...(recurrent ? [recurrent] : []), ...(layer.useBias ? [bias] : [])]);
  });
}

function makeTrained(description, weights) {
  const net = makeNet(description);
  const loss = description.outputs === 1 ? "binaryCrossentropy" : "categoricalCrossentropy";
  net.compile({ optimizer: "adam", loss });
  setWeights(net, weights);
  return net;
}

function prepareStep(job) {
  const { x, y } = dataOf(job.net, job.rows);
  const weights = weightsOf(job.net);
  const [inputs, targets] = [
    lanegrad.tensor(x, [job.rows, ...job.net.inputShape]),
    lanegrad.tensor(y, [job.rows, job.net.outputs]),
  ];
  return () => {
    const net = makeTrained(job.net, weights);
    const start = performance.now();
    let logs;
    for (let i = 0; i < job.count; i++) logs = net.trainOnBatch(inputs, targets);
    return { milliseconds: performance.now() - start, losses: [logs.loss] };
  };
}

function prepareFit(job) {
  const { x, y } = dataOf(job.net, job.rows);
  const weights = weightsOf(job.net);
  return async (epochs = job.epochs) => {
    const net = makeTrained(job.net, weights);
    const start = performance.now();
    const { history } = await net.fit(x, y, {
      epochs,
      batchSize: job.batch,
      shuffle: false,
      verbose: 0,
    });
    return { milliseconds: performance.now() - start, losses: history.loss };
  };
}

function preparePredict(job) {
  const { x } = dataOf(job.net, job.rows);
  const { inputShape } = job.net;
  const input = inputShape.length > 1 ? lanegrad.tensor(x, [job.rows, ...inputShape]) : x;
  const net = makeNet(job.net);
  setWeights(net, weightsOf(job.net));
  return () => {
    const start = performance.now();
    let output;
    for (let i = 0; i < job.count; i++) output = net.predict(input, { batchSize: job.rows });
    return { milliseconds: performance.now() - start, outputs: sample(output.data) };
  };
}

function instantiate(path, memory) {
  return new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path)), { env: { memory } }).exports;
}

/** Time of the product, and its share of what the registers alone can do at the same moment. */
function prepareMatMul({ m, n, k, transposeA, transposeB, count, folder }) {
  const memory = new WebAssembly.Memory({ initial: PAGES });
  const kernels = instantiate(join(KERNELS, `core.${build}.wasm`), memory);
  const yardstick = instantiate(join(folder, `peak.${build}.wasm`), memory);
  const align = (address) => (address + 63) & ~63;
  const workspace = 1024;
  const a = align(workspace + kernels.workspaceBytes());
  const b = align(a + 4 * m * k + SLACK);
  const c = align(b + 4 * k * n + SLACK);
  const floats = new Float32Array(memory.buffer);
  const operands = operandsOf({ m, n, k, transposeA, transposeB });
  floats.set(operands.a, a / 4);
  floats.set(operands.b, b / 4);
  const product = transposeA
    ? kernels.matMulTransposedA
    : transposeB
      ? kernels.matMulTransposedB
      : kernels.matMul;
  return () => {
    const start = performance.now();
    for (let i = 0; i < count; i++) product(a, b, c, m, n, k, workspace);
    const milliseconds = performance.now() - start;
    const outputs = sample(floats.subarray(c / 4, c / 4 + m * n));
    const before = performance.now();
    yardstick.multiplyAddPeak(a, PEAK_STEPS);
    const peak = (PEAK_STEPS * yardstick.operationsPerStep()) / (performance.now() - before);
    return { milliseconds, outputs, share: (2 * m * n * k * count) / milliseconds / peak };
  };
}

const WORK = { step: prepareStep, fit: prepareFit, predict: preparePredict, matMul: prepareMatMul };

export const prepare = (job) => WORK[job.kind](job);
