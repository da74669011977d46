// A training whose weights must have the same bits on every engine. Uses nothing but web standards, and takes
// Lanegrad as an argument: the built package in a runtime, the sources in a unit test.

/** SHA-256 of the weights after the training below, with configure({ deterministic: true }). */
export const RECORDED_HASH = "a728fc0d398b4b8b0f59467ed67c61ec93986d7c63f1695de4a3b115f345b876";

const ROWS = 50;
const FEATURES = 6;
const CLASSES = 3;
const EPOCHS = 10;

// Remainders of whole numbers: no function whose last bit an engine may choose.
const x = Float32Array.from({ length: ROWS * FEATURES }, (_, i) => ((i * i * 37 + i * 11) % 101) / 50 - 1);
const y = Int32Array.from({ length: ROWS }, (_, row) => (row * row + (row >> 2)) % CLASSES);

/** Batches of 16, so that the last one of an epoch has two rows; every epoch in another order. */
const FIT = { batchSize: 16, epochs: EPOCHS, seed: 5, shuffle: true, verbose: 0 };

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

/** SHA-256 of bytes, in hexadecimal digits. */
export async function hashOfBytes(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** SHA-256 of the weights as float32, little-endian whatever the machine. */
function hashOf(net) {
  const numbers = net.getWeights().flatMap(({ data }) => Array.from(data));
  const bytes = new DataView(new ArrayBuffer(4 * numbers.length));
  for (const [i, number] of numbers.entries()) bytes.setFloat32(4 * i, number, true);
  return hashOfBytes(bytes);
}

/** What a training came to. Losses are those of the epochs. */
async function resultOf({ backend }, net, losses) {
  const { name: build, deterministic } = backend();
  return { build, deterministic, hash: await hashOf(net), losses };
}

/** Trains in the build that is configured. */
export async function train(lanegrad) {
  const net = network(lanegrad);
  const { history } = await net.fit(x, y, FIT);
  return resultOf(lanegrad, net, history.loss);
}

/** The same, but the model is saved after half of the epochs, and a loaded one trained on. */
export async function trainInHalves(lanegrad) {
  const first = network(lanegrad);
  const half = EPOCHS / 2;
  const { history: before } = await first.fit(x, y, { ...FIT, epochs: half });
  const net = lanegrad.loadModel(first.save());
  const { history: after } = await net.fit(x, y, { ...FIT, initialEpoch: half });
  return resultOf(lanegrad, net, [...before.loss, ...after.loss]);
}
