// A recurrent network of every kind of cell.
import { trainingOfModel } from "./training.js";

const ROWS = 21;
const STEPS = 7;
const WORDS = 13;

// Remainders of whole numbers: no function whose last bit an engine may choose.
const x = Int32Array.from({ length: ROWS * STEPS }, (_, i) => (i * i * 17 + i * 5) % WORDS);
const y = Float32Array.from({ length: ROWS }, (_, row) => (row * row + (row >> 2)) % 2);

function network({ layers, optimizers, sequential, setRandomSeed }) {
  setRandomSeed(44);
  const lstm = layers.lstm({ units: 6, returnSequences: true, dropout: 0.2, recurrentDropout: 0.1 });
  const net = sequential({
    layers: [
      layers.embedding({ inputDim: WORDS, outputDim: 5, inputShape: [STEPS] }),
      layers.spatialDropout1d({ rate: 0.1 }),
      layers.conv1d({ filters: 7, kernelSize: 3, padding: "causal" }),
      layers.bidirectional({ layer: lstm }),
      layers.gru({ units: 5, returnSequences: true, recurrentDropout: 0.2 }),
      layers.gru({ units: 4, returnSequences: true, resetAfter: false, goBackwards: true }),
      layers.simpleRNN({ units: 5, dropout: 0.2 }),
      layers.dense({ units: 1, activation: "sigmoid" }),
    ],
  });
  net.compile({
    optimizer: optimizers.rmsprop({ learningRate: 0.02, clipnorm: 1 }),
    loss: "binaryCrossentropy",
  });
  return net;
}

export const sequences = trainingOfModel({
  name: "recurrent layers",
  recordedHash: "78f84f83e99d442c084df4567a1e968d497f77f79dc1d0b8c15bf4f11af1ee1f",
  tolerance: 1e-3,
  network,
  x,
  y,
  fit: { batchSize: 8, epochs: 12, seed: 8, shuffle: true, verbose: 0 },
});
