// Attention and recurrent layers on sequences of different lengths, whose masks go through the whole network.
import { resultOf } from "./training.js";

const ROWS = 24;
const STEPS = 6;
const WORDS = 11;
const CLASSES = 3;
const WIDTH = 8;
/** A stateful layer wants batches of the same size, in training and prediction. */
const BATCH = 8;
const EPOCHS = 8;

/** Word 0 does not count: it fills the end of a sequence, of some the beginning too, and a few are nothing else. */
function wordAt(row, step) {
  const counts = step < (row * 5) % (STEPS + 1) && (row % 4 !== 3 || step > 0);
  return counts ? 1 + ((row * row * 17 + step * step * 7 + row * step) % (WORDS - 1)) : 0;
}

// Remainders of whole numbers: no function whose last bit an engine may choose.
const x = Int32Array.from({ length: ROWS * STEPS }, (_, i) => wordAt(Math.floor(i / STEPS), i % STEPS));
/** A class for each step. */
const y = x.map((word, i) => (i % STEPS === 0 ? word : word + x[i - 1]) % CLASSES);

function network({ input, layers, model, optimizers, setRandomSeed }) {
  setRandomSeed(57);
  const words = input({ shape: [STEPS] });
  const start = layers.embedding({ inputDim: WORDS, outputDim: WIDTH, maskZero: true }).apply(words);
  const attention = layers.multiHeadAttention({ numHeads: 2, keyDim: 5, useCausalMask: true, dropout: 0.2 });
  const informed = layers.add().apply([start, attention.apply(start)]);
  const calm = layers.layerNormalization().apply(informed);
  const dense = layers.dense({ units: WIDTH, activation: "tanh" });
  const thought = layers.add().apply([calm, layers.timeDistributed({ layer: dense }).apply(calm)]);
  const lstm = layers.lstm({ units: 5, returnSequences: true, recurrentDropout: 0.2 });
  const both = layers.bidirectional({ layer: lstm }).apply(thought);
  const gru = layers.gru({ units: 6, returnSequences: true, recurrentDropout: 0.1, stateful: true });
  const last = layers.dense({ units: CLASSES, activation: "softmax" });
  const outputs = layers.timeDistributed({ layer: last }).apply(gru.apply(both));
  const net = model({ inputs: words, outputs });
  net.compile({
    optimizer: optimizers.adamw({ learningRate: 0.03, weightDecay: 0.01 }),
    loss: "sparseCategoricalCrossentropy",
  });
  return net;
}

/** Trains in two calls of fit, and predicts; `between` gives the model that the second one trains. */
async function trainTwice(lanegrad, between) {
  const data = [lanegrad.tensor(x, [ROWS, STEPS]), lanegrad.tensor(y, [ROWS, STEPS])];
  const fit = { batchSize: BATCH, epochs: EPOCHS / 2, seed: 3, shuffle: true, verbose: 0 };
  const first = network(lanegrad);
  const { history: before } = await first.fit(...data, fit);
  const net = between(first);
  // A file has no states.
  net.resetStates();
  const { history: after } = await net.fit(...data, { ...fit, epochs: EPOCHS, initialEpoch: EPOCHS / 2 });
  // It goes on from the states that training left, and leaves others.
  const predictions = [1, 2].map(() => net.predict(data[0], { batchSize: BATCH }));
  return resultOf(lanegrad, [...net.getWeights(), ...predictions], [...before.loss, ...after.loss]);
}

export const attention = {
  name: "attention and masks",
  recordedHash: "e946b542e93de750ebbccd489e947c64e766e7ccc288cf65a68c16c4f25e3098",
  tolerance: 1e-3,
  train: (lanegrad) => trainTwice(lanegrad, (net) => net),
  trainInHalves: (lanegrad) => trainTwice(lanegrad, (net) => lanegrad.loadModel(net.save())),
};
