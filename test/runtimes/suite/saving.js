// Saving, loading and resuming.
import * as lanegrad from "./lanegrad.js";
import { TRAININGS } from "../trainings/index.js";
import { fails, holds, same } from "./check.js";
import { LanegradError, configure, layers, loadModel, loadModelWith, modelFromJSON, sequential, setRandomSeed } from "./lanegrad.js"; // prettier-ignore

const x = Float32Array.from({ length: 40 * 4 }, (_, i) => ((i * 29) % 97) / 97 - 0.5);
const y = Int32Array.from({ length: 40 }, (_, i) => i % 3);
const FIT = { epochs: 2, batchSize: 8, seed: 2, verbose: 0 };

function network() {
  setRandomSeed(9);
  const net = sequential({
    layers: [
      layers.dense({ units: 7, activation: "relu", inputShape: [4] }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.25 }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
  });
  net.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  return net;
}

function numbersOf(tensor) {
  return Array.from(tensor.data);
}

/** The bytes of a trained model: with configure({ deterministic: true }) the same on every engine. */
export async function deterministicFile() {
  const net = network();
  await net.fit(x, y, FIT);
  return net.save();
}

export const saving = {
  async "a loaded model predicts and saves as the one that was saved"() {
    const net = network();
    await net.fit(x, y, FIT);
    const bytes = net.save();
    holds(bytes instanceof Uint8Array, "save returns bytes");
    for (const loaded of [
      loadModel(bytes),
      loadModel(bytes.slice().buffer),
      loadModelWith(bytes, [layers.dense, layers.batchNormalization, layers.dropout]),
    ]) {
      same(numbersOf(loaded.predict(x)), numbersOf(net.predict(x)), "predictions");
      same(Array.from(loaded.save()), Array.from(bytes), "the file saved again");
    }
  },

  async "a loaded model trains on as if it had never stopped"() {
    const whole = network();
    await whole.fit(x, y, { ...FIT, epochs: 4 });
    const half = network();
    await half.fit(x, y, FIT);
    const resumed = loadModel(half.save());
    await resumed.fit(x, y, { ...FIT, epochs: 4, initialEpoch: 2 });
    same(resumed.getWeights().map(numbersOf), whole.getWeights().map(numbersOf), "weights");
  },

  "the same layers by JSON"() {
    const copy = modelFromJSON(JSON.stringify(network().toJSON()));
    same(
      copy.layers.map(({ name }) => name),
      network().layers.map(({ name }) => name),
      "names of layers",
    );
  },

  async "a file cut short is refused"() {
    const bytes = network().save();
    const expected = { of: LanegradError, code: "INVALID_FILE", says: /Received: / };
    await fails(() => loadModel(bytes.slice(0, -3)), expected, "three bytes too few");
    await fails(() => loadModel(new Uint8Array(4)), expected, "four zeros");
  },
};

for (const { name, recordedHash, trainInHalves } of TRAININGS) {
  if (trainInHalves === undefined) continue;
  saving[`${name}: saved, loaded and resumed, the recorded bits`] = async () => {
    configure({ deterministic: true });
    const { build, hash } = await trainInHalves(lanegrad);
    same([build, hash], ["simd", recordedHash], "build and hash");
  };
}
