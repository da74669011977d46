// Networks without labels: a restricted Boltzmann machine and self-organizing maps, each with more than one setting.
import { resultOf } from "./training.js";

const ROWS = 45;
const FEATURES = 7;

// Remainders of whole numbers: no function whose last bit an engine may choose.
const scattered = Float32Array.from(
  { length: ROWS * FEATURES },
  (_, i) => ((i * i * 29 + i * 13) % 107) / 107,
);
/** Three patterns of features, the other values close to 0 or to 1. */
const patterns = scattered.map((value, i) => {
  const isOn = (i % FEATURES) % 3 === Math.floor(i / FEATURES) % 3;
  return isOn ? 1 - value / 5 : value / 5;
});

/** A sample differs where a probability falls on the other side of a random number: one in a million. */
const TOLERANCE = 1e-2;

/** The result of one training after the other. */
async function trainEach(lanegrad, settings, train) {
  const results = [];
  for (const options of settings) results.push(await train(options));
  const tensors = results.flatMap((result) => result.tensors);
  return resultOf(
    lanegrad,
    tensors,
    results.flatMap(({ errors }) => errors),
  );
}

/** Trains machines in two calls of fit; `between` gives the machine that the second one trains. */
function trainMachines(lanegrad, between) {
  const x = lanegrad.tensor(patterns, [ROWS, FEATURES]);
  const settings = [{ momentum: 0.5, k: 2 }, { persistent: true }];
  return trainEach(lanegrad, settings, async (options) => {
    const first = lanegrad.rbm({ units: 9, learningRate: 0.5, batchSize: 8, epochs: 8, seed: 4, ...options });
    const { history: before } = await first.fit(x);
    const machine = between(first);
    const { history: after } = await machine.fit(x);
    const tensors = [...machine.getWeights(), machine.transform(x)];
    return { tensors, errors: [...before.reconstructionError, ...after.reconstructionError] };
  });
}

export const machines = {
  name: "Boltzmann machines",
  recordedHash: "0a90faa1b1edb22d873ed05ecb7bb34ed0c2127769517f7f948eb4e71e6d7adc",
  tolerance: TOLERANCE,
  train: (lanegrad) => trainMachines(lanegrad, (machine) => machine),
  trainInHalves: (lanegrad) =>
    trainMachines(lanegrad, (machine) => lanegrad.RestrictedBoltzmannMachine.load(machine.save())),
};

export const maps = {
  name: "self-organizing maps",
  /** A fit of a map starts anew. */
  trainInHalves: undefined,
  recordedHash: "aa1919af7ce14dd24fc525f5125e16c266aa6eb773ad43ba54e446226ef45647",
  tolerance: TOLERANCE,
  train(lanegrad) {
    const x = lanegrad.tensor(scattered, [ROWS, FEATURES]);
    const settings = [
      { grid: "hexagonal" },
      { mode: "online", neighbourhood: "epanechnikov", decay: "linear" },
    ];
    return trainEach(lanegrad, settings, async (options) => {
      const map = lanegrad.selfOrganizingMap({ rows: 3, columns: 4, epochs: 12, seed: 9, ...options });
      const { history } = await map.fit(x);
      const tensors = [map.weights, map.transform(x, { output: "distances" })];
      return { tensors, errors: history.quantizationError };
    });
  },
};
