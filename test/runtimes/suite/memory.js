// Memory: the budget, blocks that move out and in, and models that nobody frees.
import { backend, configure, layers, optimizers, sequential, setRandomSeed } from "./lanegrad.js";
import { holds, same } from "./check.js";

const MEGABYTE = 1024 * 1024;
const x = Float32Array.from({ length: 16 * 400 }, (_, i) => ((i * 37) % 101) / 101);
const y = Int32Array.from({ length: 16 }, (_, i) => i % 10);

/** 10,285 weights, which with Adam's arrays take 120 KB. */
function network() {
  const net = sequential({
    layers: [
      layers.dense({ units: 25, activation: "relu", inputShape: [400] }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
  });
  net.compile({ optimizer: optimizers.adam(), loss: "sparseCategoricalCrossentropy" });
  return net;
}

/** Losses and weights of a training that is disturbed after each step. */
function trained(disturb) {
  setRandomSeed(3);
  const net = network();
  const losses = [];
  for (let step = 0; step < 8; step++) {
    losses.push(net.trainOnBatch(x, y).loss);
    disturb(net);
  }
  return { losses, weights: net.getWeights().map(({ data }) => Array.from(data)) };
}

export const memory = {
  "1,000 models made, trained and dropped stay within the budget"() {
    const budget = 16 * MEGABYTE;
    configure({ memoryBudget: budget });
    const before = backend().memoryBytes;
    let peak = 0;
    for (let i = 0; i < 1000; i++) {
      network().trainOnBatch(x, y);
      peak = Math.max(peak, backend().memoryBytes);
    }
    holds(peak <= Math.max(budget, before), `linear memory of ${peak} bytes, budget ${budget}`);
    holds(backend().usedBytes <= backend().memoryBytes, "the part in use is not larger than the whole");
  },

  "200 models dropped after await fit stay within the budget"() {
    return droppedThroughFit();
  },

  "a model moved out by dispose trains on with the same bits"() {
    same(
      trained((net) => net.dispose()),
      trained(() => {}),
      "losses and weights",
    );
  },

  "a model pushed out by others trains on with the same bits"() {
    const calm = trained(() => {});
    const pushed = trained(() => {
      configure({ memoryBudget: MEGABYTE });
      for (let i = 0; i < 12; i++) network().trainOnBatch(x, y);
    });
    same(pushed, calm, "losses and weights");
  },

  "backend reports the budget"() {
    configure({ memoryBudget: 12_345_678 });
    same(backend().memoryBudget, 12_345_678, "memoryBudget");
  },
};

async function droppedThroughFit() {
  const budget = 16 * MEGABYTE;
  configure({ memoryBudget: budget });
  const before = backend().memoryBytes;
  for (let i = 0; i < 200; i++) await network().fit(x, y, { verbose: 0 });
  const { memoryBytes } = backend();
  holds(memoryBytes <= Math.max(budget, before), `linear memory of ${memoryBytes} bytes, budget ${budget}`);
}
