// Where the time of a training step goes: each kernel's share, and what is left for JavaScript.
//
//   node bench/profile.js [NAME ...]     (names: see NETWORKS)
//
// Every kernel call of a fit is written down, and the calls of each kernel are run again, alone and in order,
// so that no clock is read between two calls of a hundred nanoseconds. What a whole step takes is measured in
// a process of its own, in which nothing is written down. Within a step kernels are a little slower than here:
// they meet caches that other kernels have used in between. That difference counts as JavaScript.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const CLASSES = 10;
/** Training steps of a run. */
const STEPS = 2000;
/** A kernel's calls are run again for at least this long. */
const REPLAY_MILLISECONDS = 30;
const RUNS = 9;
/** Kernels below this share of a step are put together. */
const SMALLEST_SHARE = 0.005;
/** Addresses differ from call to call; below them are the sizes. */
const SMALLEST_ADDRESS = 1024;

const NETWORKS = {
  "784-25-15-10": { sizes: [784, 25, 15, CLASSES], rows: 2048, batchSize: 32 },
  "8-16-8-1": { sizes: [8, 16, 8, 1], rows: 1600, batchSize: 32 },
  "4-10-3": { sizes: [4, 10, 3], rows: 112, batchSize: 32 },
  "784-512-512-10": {
    sizes: [784, 512, 512, CLASSES],
    rows: 1280,
    batchSize: 128,
    batchNormalization: true,
    share: 20,
  },
};

/** Pseudo-random values in [-0.5, 0.5), the same in every run. */
function values(count, seed) {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

function makeNetwork({ layers, sequential }, { sizes, batchNormalization }) {
  const hidden = sizes.slice(1, -1).flatMap((units, i) => {
    const place = i === 0 ? { inputShape: [sizes[0]] } : {};
    if (!batchNormalization) return [layers.dense({ units, activation: "relu", ...place })];
    return [
      layers.dense({ units, useBias: false, ...place }),
      layers.batchNormalization(),
      layers.activation({ activation: "relu" }),
    ];
  });
  const units = sizes.at(-1);
  const activation = units === 1 ? "sigmoid" : "softmax";
  const net = sequential({ layers: [...hidden, layers.dense({ units, activation })] });
  net.compile({
    optimizer: "adam",
    loss: units === 1 ? "binaryCrossentropy" : "sparseCategoricalCrossentropy",
  });
  return net;
}

/** Microseconds of one run through the calls of a kernel. */
function replay(kernelCalls) {
  const [{ kernel }] = kernelCalls;
  const parameters = kernelCalls.map((call) => call.parameters);
  let runs = 0;
  const start = performance.now();
  let milliseconds = 0;
  while (milliseconds < REPLAY_MILLISECONDS) {
    for (const list of parameters) kernel(...list);
    runs++;
    milliseconds = performance.now() - start;
  }
  return (milliseconds * 1000) / runs;
}

/** The name of a kernel with the sizes it was called with. */
function title({ name, parameters }) {
  const sizes = parameters.filter(
    (value) => Number.isInteger(value) && value > 0 && value < SMALLEST_ADDRESS,
  );
  return `${name} ${sizes.join(" ")}`;
}

function groupByTitle(list) {
  const groups = new Map();
  for (const call of list) {
    const key = title(call);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [call]);
    else group.push(call);
  }
  return groups;
}

/** Kernels that write down how they are called while `recording` is an array. */
let recording;

function recordingKernel(name, kernel) {
  return (...parameters) => {
    recording?.push({ name, kernel, parameters });
    return kernel(...parameters);
  };
}

/** Must be done before the package makes its first call. */
function recordKernelCalls() {
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class extends Instance {
    get exports() {
      const entries = Object.entries(super.exports);
      return Object.fromEntries(entries.map(([name, kernel]) => [name, recordingKernel(name, kernel)]));
    }
  };
}

/** A function that takes STEPS training steps, and says how many it took. */
async function makeFit(network) {
  const { sizes, rows, batchSize } = network;
  const net = makeNetwork(await import("lanegrad"), network);
  const x = values(rows * sizes[0], 1);
  const y = Float32Array.from({ length: rows }, (_, i) => (i * 7) % Math.max(2, sizes.at(-1)));
  const epochs = Math.round(STEPS / Math.ceil(rows / batchSize) / (network.share ?? 1));
  const steps = epochs * Math.ceil(rows / batchSize);
  return async () => {
    await net.fit(x, y, { epochs, batchSize, verbose: 0 });
    return steps;
  };
}

/** Microseconds of a step, in a process that does nothing else. */
async function printStep(network) {
  const fit = await makeFit(network);
  const times = [];
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    const steps = await fit();
    times.push(((performance.now() - start) * 1000) / steps);
  }
  console.log(times.sort((a, b) => a - b)[RUNS >> 1]);
}

function stepAlone(name) {
  const script = fileURLToPath(import.meta.url);
  const { stdout, status } = spawnSync(process.execPath, [...process.execArgv, script, "--step", name]);
  if (status !== 0) process.exit(1);
  return Number(stdout);
}

async function profile(name) {
  const whole = stepAlone(name);
  const fit = await makeFit(NETWORKS[name]);
  await fit();
  recording = [];
  const steps = await fit();
  const groups = [...groupByTitle(recording)];
  recording = undefined;
  const parts = groups.map(([title, list]) => ({
    title,
    calls: list.length / steps,
    time: replay(list) / steps,
  }));
  report(name, whole, parts);
}

function report(name, whole, parts) {
  const kernels = parts.reduce((sum, { time }) => sum + time, 0);
  const line = (title, calls, time) =>
    console.log(
      `  ${title.padEnd(52)}${calls.padStart(6)}${time.toFixed(2).padStart(10)} us${((100 * time) / whole).toFixed(1).padStart(7)} %`,
    );
  console.log(`\n${name}: one step`);
  line("all of it", "", whole);
  line("JavaScript, and caches", "", whole - kernels);
  const shown = parts.filter(({ time }) => time >= SMALLEST_SHARE * whole).sort((a, b) => b.time - a.time);
  for (const { title, calls, time } of shown) line(title, calls.toFixed(2), time);
  const rest = parts.filter((part) => !shown.includes(part));
  const sum = (key) => rest.reduce((total, part) => total + part[key], 0);
  line("smaller parts", sum("calls").toFixed(2), sum("time"));
}

async function main() {
  const names = process.argv.slice(2);
  if (names[0] === "--step") return printStep(NETWORKS[names[1]]);
  const unknown = names.find((name) => NETWORKS[name] === undefined);
  if (unknown !== undefined)
    throw new Error(`There is no network ${unknown}. There are: ${Object.keys(NETWORKS)}`);
  recordKernelCalls();
  const { backend } = await import("lanegrad");
  console.log(`Profile of training steps, build ${backend().name}, Node ${process.versions.node}`);
  for (const name of names.length > 0 ? names : Object.keys(NETWORKS)) await profile(name);
}

await main();
