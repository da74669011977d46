// A convolutional network whose images are changed at random.
import { trainingOfModel } from "./training.js";

const ROWS = 22;
const [HEIGHT, WIDTH, CHANNELS] = [11, 9, 2];
const CLASSES = 3;

// Remainders of whole numbers: no function whose last bit an engine may choose.
const x = Float32Array.from(
  { length: ROWS * HEIGHT * WIDTH * CHANNELS },
  (_, i) => ((i * i * 41 + i * 7) % 103) / 103,
);
const y = Int32Array.from({ length: ROWS }, (_, row) => (row * row + (row >> 2)) % CLASSES);

/** A compiled model; odd sizes, strides and dilation, so that kernels of convolutions meet every edge. */
function network({ layers, optimizers, sequential, setRandomSeed }) {
  setRandomSeed(31);
  const net = sequential({
    layers: [
      layers.randomFlip({ mode: "horizontal", inputShape: [HEIGHT, WIDTH, CHANNELS] }),
      layers.randomRotation({ factor: 0.1 }),
      layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.2, fillMode: "wrap" }),
      layers.randomZoom({ heightFactor: 0.2, interpolation: "nearest" }),
      layers.randomContrast({ factor: 0.4, valueRange: [0, 1] }),
      layers.randomBrightness({ factor: 0.1, valueRange: [0, 1] }),
      layers.conv2d({ filters: 6, kernelSize: 3, padding: "same" }),
      layers.batchNormalization(),
      layers.activation({ activation: "relu" }),
      layers.spatialDropout2d({ rate: 0.2 }),
      layers.maxPooling2d({ poolSize: 2, padding: "same" }),
      layers.depthwiseConv2d({ kernelSize: [2, 3], depthMultiplier: 2, activation: "tanh" }),
      layers.separableConv2d({ filters: 5, kernelSize: 2, padding: "same", activation: "elu" }),
      layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2 }),
      layers.averagePooling2d({ poolSize: 2, strides: 1 }),
      layers.conv2d({ filters: 4, kernelSize: 2, dilationRate: 2, groups: 2, activation: "sigmoid" }),
      layers.globalMaxPooling2d(),
      layers.dense({ units: CLASSES, activation: "softmax" }),
    ],
  });
  net.compile({ optimizer: optimizers.adam({ learningRate: 0.01 }), loss: "sparseCategoricalCrossentropy" });
  return net;
}

export const images = trainingOfModel({
  name: "convolutions of images that change",
  recordedHash: "fdc9e3c5241c501b8c1f684ae9b14db9db70d7b7f6b7cb9b3215de295b679ac4",
  tolerance: 1e-3,
  network,
  x,
  y,
  fit: { batchSize: 8, epochs: 6, seed: 6, shuffle: true, verbose: 0 },
});
