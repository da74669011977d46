// What a training with recorded bits is. Uses nothing but web standards, and takes Lanegrad as an argument: the built
// package in a runtime, the sources in a unit test.

/** SHA-256 of bytes, in hexadecimal digits. */
export async function hashOfBytes(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** SHA-256 of tensors as float32, little-endian whatever the machine. */
function hashOf(tensors) {
  const numbers = tensors.flatMap(({ data }) => Array.from(data));
  const bytes = new DataView(new ArrayBuffer(4 * numbers.length));
  for (const [i, number] of numbers.entries()) bytes.setFloat32(4 * i, number, true);
  return hashOfBytes(bytes);
}

/**
 * What a training came to.
 *
 * @param tensors what it learnt
 * @param losses those of the epochs, or what it has in place of a loss
 */
export async function resultOf({ backend }, tensors, losses) {
  const { name: build, deterministic } = backend();
  return { build, deterministic, hash: await hashOf(tensors), losses };
}

/**
 * The training of a model.
 *
 * @param recordedHash SHA-256 of the weights afterwards, with configure({ deterministic: true })
 * @param tolerance of the losses, between the builds
 * @param network makes the compiled model
 * @param fit the options of `fit`
 */
export function trainingOfModel({ name, recordedHash, tolerance, network, x, y, fit }) {
  return {
    name,
    recordedHash,
    tolerance,

    /** Trains in the build that is configured. */
    async train(lanegrad) {
      const net = network(lanegrad);
      const { history } = await net.fit(x, y, fit);
      return resultOf(lanegrad, net.getWeights(), history.loss);
    },

    /** The same, but the model is saved after half of the epochs, and a loaded one trained on. */
    async trainInHalves(lanegrad) {
      const first = network(lanegrad);
      const half = fit.epochs / 2;
      const { history: before } = await first.fit(x, y, { ...fit, epochs: half });
      const net = lanegrad.loadModel(first.save());
      const { history: after } = await net.fit(x, y, { ...fit, initialEpoch: half });
      return resultOf(lanegrad, net.getWeights(), [...before.loss, ...after.loss]);
    },
  };
}
