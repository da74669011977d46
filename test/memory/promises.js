// The three promises about memory, run in a process of its own so that its numbers are not those of a
// test runner. Prints one JSON line. Usage: node --expose-gc promises.js <name> <path of lanegrad>
import v8 from "node:v8";
import { pathToFileURL } from "node:url";

const [name, path] = process.argv.slice(2);
const { backend, configure, layers, optimizers, sequential, setRandomSeed } = await import(
  pathToFileURL(path).href
);
if (process.env.LANEGRAD_BUILD) configure({ build: process.env.LANEGRAD_BUILD });

const MEGABYTE = 1024 * 1024;
const x = Float32Array.from({ length: 32 * 784 }, (_, i) => ((i * 37) % 101) / 101);
const y = Float32Array.from({ length: 32 }, (_, i) => i % 10);

function mnistNet() {
  const net = sequential({
    layers: [
      layers.dense({ units: 25, activation: "relu", inputShape: [784] }),
      layers.dense({ units: 15, activation: "relu" }),
      layers.dense({ units: 10 }),
    ],
  });
  net.compile({ optimizer: "adam", loss: { name: "sparseCategoricalCrossentropy", fromLogits: true } });
  return net;
}

/** The largest memory seen so far. */
const peak = { linear: 0, resident: 0 };
function look() {
  peak.linear = Math.max(peak.linear, backend().memoryBytes / MEGABYTE);
  peak.resident = Math.max(peak.resident, process.memoryUsage.rss() / MEGABYTE);
}

/**
 * The JavaScript heap in bytes, without machine code: when the engine compiles a loop again, and frees what it
 * compiled before, depends on how busy the machine is (240 KB seen), not on what a step leaves behind.
 */
function heapWithoutMachineCode() {
  return v8
    .getHeapSpaceStatistics()
    .filter(({ space_name: name }) => !name.startsWith("code"))
    .reduce((bytes, space) => bytes + space.space_used_size, 0);
}

const promises = {
  /** 10,000 models made, trained one step and dropped in one synchronous loop. */
  dropped() {
    for (let i = 0; i < 10_000; i++) {
      mnistNet().trainOnBatch(x, y);
      if (i % 20 === 0) look();
    }
    return peak;
  },

  /** The same through await fit. */
  async droppedThroughFit() {
    for (let i = 0; i < 10_000; i++) {
      await mnistNet().fit(x, y);
      if (i % 20 === 0) look();
    }
    return peak;
  },

  /** A model moved out and in again between steps trains on with the same bits. */
  movedOut() {
    const train = (disturb) => {
      configure({ memoryBudget: 256 * MEGABYTE });
      setRandomSeed(3);
      const net = sequential({
        layers: [
          layers.dense({ units: 25, activation: "relu", inputShape: [784] }),
          layers.batchNormalization(),
          layers.dropout({ rate: 0.3 }),
          layers.dense({ units: 10 }),
        ],
      });
      net.compile({
        optimizer: optimizers.adam(),
        loss: { name: "sparseCategoricalCrossentropy", fromLogits: true },
      });
      const losses = [];
      for (let step = 0; step < 20; step++) {
        losses.push(net.trainOnBatch(x, y).loss);
        disturb(net);
      }
      return { losses, weights: net.getWeights().map(({ data }) => Array.from(data)) };
    };
    const calm = train(() => {});
    const disposed = train((net) => net.dispose());
    // Other models, with a budget too small for all, push this one out.
    const pushed = train(() => {
      configure({ memoryBudget: 2 * MEGABYTE });
      for (let i = 0; i < 12; i++) mnistNet().trainOnBatch(x, y);
    });
    const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    return { disposed: same(calm, disposed), pushed: same(calm, pushed) };
  },

  /** 100,000 steps inside fit allocate nothing that stays. */
  async steps() {
    const net = sequential({
      layers: [
        layers.dense({ units: 16, activation: "relu", inputShape: [8] }),
        layers.batchNormalization(),
        layers.dropout({ rate: 0.2 }),
        layers.dense({ units: 8, activation: "gelu", kernelRegularizer: "l2" }),
        layers.dense({ units: 1, activation: "sigmoid" }),
      ],
    });
    net.compile({
      optimizer: optimizers.adam({ globalClipnorm: 1 }),
      loss: "binaryCrossentropy",
      metrics: ["accuracy"],
    });
    const rows = 1000;
    const inputs = Float32Array.from({ length: rows * 8 }, (_, i) => ((i * 29) % 97) / 97 - 0.5);
    const labels = Float32Array.from({ length: rows }, (_, i) => i % 2);
    const options = { epochs: 1, batchSize: 1, sampleWeight: new Float32Array(rows).fill(0.5) };
    // A collection has several phases, some of them in tasks: let them finish before reading.
    const settle = async () => {
      for (let i = 0; i < 15; i++) {
        globalThis.gc();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return { heap: heapWithoutMachineCode(), linear: backend().memoryBytes };
    };
    // Long enough for the engine to know the types of everything, which it notes in objects; a busy machine, which
    // optimizes in the background, needs most of it.
    await net.fit(inputs, labels, { ...options, epochs: 100 });
    const before = await settle();
    await net.fit(inputs, labels, { ...options, epochs: 100 });
    const after = await settle();
    return { heapBytes: after.heap - before.heap, linearBytes: after.linear - before.linear };
  },
};

console.log(JSON.stringify({ build: backend().name, ...(await promises[name]()) }));
