// How much of a data set lies in linear memory while a model trains on it.
import { backend, layers, sequential } from "lanegrad";
import { expect, test } from "vitest";

const ROWS = 4000;
const COLUMNS = 256;
const BYTES = 4 * ROWS * COLUMNS;

/** Bytes of linear memory in use during a fit, beyond what the model itself needs. */
async function bytesDuring(y: Float32Array, validationSplit: number): Promise<number> {
  const x = Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => ((i * 29) % 97) / 97);
  const labels = y.length === 0 ? x : y;
  const net = sequential({
    layers: [
      layers.dense({ units: 4, activation: "relu", inputShape: [COLUMNS] }),
      layers.dense({ units: COLUMNS, activation: "sigmoid" }),
    ],
  });
  net.compile({ loss: "binaryCrossentropy" });
  net.trainOnBatch(x.subarray(0, 32 * COLUMNS), labels.subarray(0, 32 * COLUMNS));
  const before = backend().usedBytes;
  let during = 0;
  const callbacks = [{ onEpochEnd: (): void => void (during = backend().usedBytes) }];
  await net.fit(x, labels, { callbacks, batchSize: 32, validationSplit });
  return during - before;
}

test("inputs and labels that differ are copied once each", async () => {
  const y = Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => i % 2);
  expect(await bytesDuring(y, 0)).toBeLessThan(2.1 * BYTES);
});

test("labels that are the inputs, as of an autoencoder, are not copied again", async () => {
  expect(await bytesDuring(new Float32Array(0), 0)).toBeLessThan(1.1 * BYTES);
});

test("the rows of a validation split lie in memory once", async () => {
  expect(await bytesDuring(new Float32Array(0), 0.5)).toBeLessThan(1.1 * BYTES);
});
