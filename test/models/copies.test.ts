// How often data and weights are copied: how much of a data set lies in linear memory while a model trains on it, and
// what replacing weights takes beside it.
import { backend, layers, sequential, tensor } from "lanegrad";
import { describe, expect, test } from "vitest";

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

describe("setWeights", () => {
  const UNITS = 128;
  const kernel = Float32Array.from({ length: COLUMNS * UNITS }, (_, i) => ((i * 31) % 101) / 101 - 0.5);
  const bias = Float32Array.from({ length: UNITS }, (_, i) => i / UNITS);
  const makeNet = () => sequential({ layers: [layers.dense({ units: UNITS, inputShape: [COLUMNS] })] });

  test.each([
    ["float32 arrays", [kernel, bias]],
    ["tensors", [tensor(kernel, [COLUMNS, UNITS]), tensor(bias)]],
  ])("%s are copied into linear memory and nowhere else", (_, values) => {
    const net = makeNet();
    net.setWeights([new Float32Array(kernel.length), new Float32Array(UNITS)]);
    const before = process.memoryUsage().arrayBuffers;
    net.setWeights(values);
    net.layers[0].setWeights(values);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(kernel.byteLength / 2);
    expect(net.getWeights().map(({ data }) => data)).toEqual([kernel, bias]);
  });

  test("neither training nor later values of the caller's arrays reach the other side", () => {
    const net = makeNet();
    const [given, mine] = [tensor(kernel, [COLUMNS, UNITS]), bias.slice()];
    net.setWeights([given, mine]);
    mine.fill(7);
    expect(net.getWeights()[1].data).toEqual(bias);
    net.compile({ loss: "mse" });
    net.trainOnBatch(new Float32Array(COLUMNS).fill(1), new Float32Array(UNITS));
    expect(net.getWeights()[0].data).not.toEqual(kernel);
    expect([given.data, mine]).toEqual([kernel, new Float32Array(UNITS).fill(7)]);
  });
});
