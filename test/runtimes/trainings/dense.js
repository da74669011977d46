// A dense network, with normalisation, dropout and a rate that changes.
import { trainingOfModel } from "./training.js";

const ROWS = 50;
const FEATURES = 6;
const CLASSES = 3;

// Remainders of whole numbers: no function whose last bit an engine may choose.
const x = Float32Array.from({ length: ROWS * FEATURES }, (_, i) => ((i * i * 37 + i * 11) % 101) / 50 - 1);
const y = Int32Array.from({ length: ROWS }, (_, row) => (row * row + (row >> 2)) % CLASSES);

/** Batches of 16, so that the last one of an epoch has two rows; every epoch in another order. */
const FIT = { batchSize: 16, epochs: 10, seed: 5, shuffle: true, verbose: 0 };

/** A compiled model of everything that draws random numbers, or has an exponential or a root in it. */
function network({ activations, initializers, layers, optimizers, schedules, sequential, setRandomSeed }) {
  // Bundles and lanegrad/slim do not find gelu by its name alone.
  activations.linkAll();
  setRandomSeed(20);
  const net = sequential({
    layers: [
      layers.dense({
        units: 20,
        activation: "gelu",
        kernelInitializer: "heNormal",
        biasInitializer: initializers.randomNormal({ stddev: 0.1 }),
        inputShape: [FEATURES],
      }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 9, activation: "gelu", kernelInitializer: "orthogonal" }),
      layers.layerNormalization(),
      layers.dense({ units: CLASSES, activation: "softmax" }),
    ],
  });
  const learningRate = schedules.cosineDecay({
    initialLearningRate: 0.001,
    warmupTarget: 0.02,
    warmupSteps: 6,
    decaySteps: 30,
    alpha: 0.1,
  });
  net.compile({ optimizer: optimizers.adam({ learningRate }), loss: "sparseCategoricalCrossentropy" });
  return net;
}

export const dense = trainingOfModel({
  name: "dense layers",
  recordedHash: "a728fc0d398b4b8b0f59467ed67c61ec93986d7c63f1695de4a3b115f345b876",
  tolerance: 1e-3,
  network,
  x,
  y,
  fit: FIT,
});
