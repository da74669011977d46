// Layers of images: random changes in training alone, and resizing.
import { input, layers, loadModel, loadModelWith, model, sequential, setRandomSeed, tensor } from "lanegrad";
import { beforeEach, describe, expect, test } from "vitest";
import { codeOf, values } from "../support/data.js";

const ROWS = 6;
const SHAPE = [5, 4, 2];
const SIZE = 40;
const x = tensor(values(ROWS * SIZE, 1), [ROWS, ...SHAPE]);
const y = Int32Array.from({ length: ROWS }, (_, i) => i % 2);

/** The same image in each row. */
const alike = tensor(
  Float32Array.from({ length: ROWS * SIZE }, (_, i) => x.data[i % SIZE]),
  [ROWS, ...SHAPE],
);

const valueRange = [-3, 3] as const;
const makers: readonly [string, (seed?: number) => layers.Layer][] = [
  ["randomFlip", (seed) => layers.randomFlip({ ...(seed && { seed }) })],
  ["randomRotation", (seed) => layers.randomRotation({ factor: 0.2, ...(seed && { seed }) })],
  ["randomTranslation", (seed) => layers.randomTranslation({ heightFactor: 0.3, widthFactor: 0.3, ...(seed && { seed }) })],
  ["randomZoom", (seed) => layers.randomZoom({ heightFactor: 0.3, ...(seed && { seed }) })],
  ["randomContrast", (seed) => layers.randomContrast({ factor: 0.4, valueRange, ...(seed && { seed }) })],
  ["randomBrightness", (seed) => layers.randomBrightness({ factor: 0.2, valueRange, ...(seed && { seed }) })],
]; // prettier-ignore

/** Keeps what it is given and hands it on. */
class Recorder extends layers.CustomLayer {
  readonly batches: Float32Array[] = [];

  forward({ inputs: [x], output }: layers.CustomLayerForward): void {
    this.batches.push(x.slice());
    output.set(x);
  }

  backward({ dOutput, dInputs: [dX] }: layers.CustomLayerBackward): void {
    dX?.set(dOutput);
  }
}

/** The images of a batch. */
const rowsOf = (batch: Float32Array): string[] =>
  Array.from({ length: ROWS }, (_, i) => batch.slice(i * SIZE, (i + 1) * SIZE).join());

beforeEach(() => setRandomSeed(7));

/** A model of one layer. */
function alone(layer: layers.Layer) {
  const image = input({ shape: SHAPE });
  return model({ inputs: image, outputs: layer.apply(image) });
}

/** What a layer makes of x in training. */
function trained(layer: layers.Layer): Float32Array {
  return alone(layer).vjp(x, x, { training: true }).outputs[0].data;
}

function network(...some: layers.Layer[]) {
  const all = [...some, layers.flatten(), layers.dense({ units: 2, activation: "softmax" })];
  const image = input({ shape: SHAPE });
  const net = model({ inputs: image, outputs: all.reduce((value, layer) => layer.apply(value), image) });
  net.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  return net;
}

describe.each(makers)("%s", (_name, make) => {
  test("does nothing at prediction", () => {
    const layer = make();
    const net = alone(layer);
    expect(net.predict(x).data).toEqual(x.data);
    expect(net.predict(x).shape).toEqual(x.shape);
    expect(layer.countParams()).toBe(0);
  });

  test("with a seed does the same in every model", () => {
    expect(trained(make(5))).toEqual(trained(make(5)));
    expect(trained(make(5))).not.toEqual(trained(make(6)));
    expect(trained(make())).not.toEqual(trained(make()));
  });

  test("changes the images of a batch in ways of their own, and others in each epoch", async () => {
    const run = async (seed: number) => {
      setRandomSeed(7);
      const recorder = new Recorder();
      const net = network(make(), recorder);
      await net.fit(alike, y, { epochs: 3, batchSize: ROWS, shuffle: false, seed, verbose: 0 });
      return { batches: recorder.batches, weights: net.getWeights().map(({ data }) => data) };
    };
    const first = await run(1);
    expect(first.batches.length).toBe(3);
    for (const batch of first.batches) expect(new Set(rowsOf(batch)).size).toBeGreaterThan(1);
    const epochs = first.batches.map((batch) => batch.join());
    expect(new Set(epochs).size).toBe(3);
    expect(await run(1)).toEqual(first);
    expect((await run(2)).batches).not.toEqual(first.batches);
  });

  test("is in files, and training goes on from one as if it had not stopped", async () => {
    const options = { batchSize: 4, seed: 3, verbose: 0 } as const;
    const whole = network(make());
    await whole.fit(x, y, { ...options, epochs: 4 });
    setRandomSeed(7);
    const stopped = network(make());
    await stopped.fit(x, y, { ...options, epochs: 2 });
    const resumed = loadModel(stopped.save());
    await resumed.fit(x, y, { ...options, epochs: 4, initialEpoch: 2 });
    expect(resumed.getWeights().map(({ data }) => data)).toEqual(whole.getWeights().map(({ data }) => data));
    expect(resumed.layers[1].getConfig()).toEqual(whole.layers[1].getConfig());
  });

  test("takes images alone", () => {
    for (const shape of [[5], [5, 4], [5, 4, 2, 2]]) {
      expect(codeOf(() => make().apply(input({ shape })))).toBe("SHAPE_MISMATCH");
    }
  });
});

test("a factor of 0 gives the same bits in training", () => {
  const still = [
    layers.randomRotation({ factor: 0 }),
    layers.randomTranslation({ heightFactor: 0, widthFactor: [0, 0] }),
    layers.randomZoom({ heightFactor: 0 }),
    layers.randomBrightness({ factor: 0, valueRange }),
  ];
  for (const layer of still) expect(trained(layer)).toEqual(x.data);
});

test("a translation by whole pixels moves down and right", () => {
  const net = sequential({
    layers: [
      layers.randomTranslation({
        heightFactor: [0.5, 0.5],
        widthFactor: [0.25, 0.25],
        fillMode: "constant",
        fillValue: 9,
        inputShape: [2, 4, 1],
      }),
    ],
  });
  const image = tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4, 1]);
  const { outputs, inputs } = net.vjp(image, image, { training: true });
  expect(Array.from(outputs[0].data)).toEqual([9, 9, 9, 9, 9, 1, 2, 3]);
  expect(Array.from(inputs[0].data)).toEqual([6, 7, 8, 0, 0, 0, 0, 0]);
});

test("a quarter of a turn is counter-clockwise", () => {
  const rotation = layers.randomRotation({
    factor: [0.25, 0.25],
    interpolation: "nearest",
    inputShape: [3, 3, 1],
  });
  const image = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
  const { outputs } = sequential({ layers: [rotation] }).vjp(image, image, { training: true });
  expect(Array.from(outputs[0].data)).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7]);
});

test("a positive zoom makes things smaller, and keeps proportions unless it is told otherwise", () => {
  const dot = tensor(Float32Array.from({ length: 49 }, (_, i) => (i === 24 ? 1 : 0)), [1, 7, 7, 1]); // prettier-ignore
  const zoomed = (options: layers.RandomZoomOptions): number =>
    sequential({ layers: [layers.randomZoom({ fillMode: "constant", ...options, inputShape: [7, 7, 1] })] })
      .vjp(dot, dot, { training: true })
      .outputs[0].data.reduce((sum, value) => sum + value, 0);
  expect(zoomed({ heightFactor: [1, 1] })).toBeCloseTo(1, 6);
  expect(zoomed({ heightFactor: [-0.5, -0.5] })).toBeCloseTo(4, 6);
  expect(zoomed({ heightFactor: [-0.5, -0.5], widthFactor: [0, 0] })).toBeCloseTo(2, 6);
});

describe("resizing", () => {
  test("works at prediction too, and changes the shape", () => {
    const net = sequential({ layers: [layers.resizing({ height: 2, width: 2, inputShape: [4, 4, 1] })] });
    const image = tensor(Float32Array.from({ length: 16 }, (_, i) => i), [1, 4, 4, 1]); // prettier-ignore
    const small = net.predict(image);
    expect(small.shape).toEqual([1, 2, 2, 1]);
    expect(Array.from(small.data)).toEqual([2.5, 4.5, 10.5, 12.5]);
    expect(Array.from(net.vjp(image, small, { training: true }).outputs[0].data)).toEqual([2.5, 4.5, 10.5, 12.5]);
  }); // prettier-ignore

  test("to the same size gives the same bits", () => {
    for (const interpolation of ["bilinear", "nearest"] as const) {
      const net = sequential({
        layers: [layers.resizing({ height: 5, width: 4, interpolation, inputShape: SHAPE })],
      });
      expect(net.predict(x).data).toEqual(x.data);
    }
  });

  test("is in files", () => {
    const net = alone(layers.resizing({ height: 3, width: 7, interpolation: "nearest" }));
    expect(loadModelWith(net.save(), [layers.resizing]).predict(x)).toEqual(net.predict(x));
    expect(codeOf(() => loadModelWith(net.save(), []))).toBe("INVALID_FILE");
  });
});

test.each([
  [() => layers.randomFlip({ mode: "sideways" as never }), "INVALID_OPTION"],
  [() => layers.randomFlip({ factor: 1 } as never), "UNKNOWN_OPTION"],
  [() => layers.randomRotation({} as never), "INVALID_OPTION"],
  [() => layers.randomRotation({ factor: 1.1 }), "INVALID_OPTION"],
  [() => layers.randomRotation({ factor: [0, NaN] }), "INVALID_OPTION"],
  [() => layers.randomRotation({ factor: [0.1] as never }), "INVALID_OPTION"],
  [() => layers.randomRotation({ factor: 0.1, fillMode: "mirror" as never }), "INVALID_OPTION"],
  [() => layers.randomRotation({ factor: 0.1, interpolation: "cubic" as never }), "INVALID_OPTION"],
  [() => layers.randomRotation({ factor: 0.1, fillValue: Infinity }), "INVALID_OPTION"],
  [() => layers.randomRotation({ factor: 0.1, seed: -1 }), "INVALID_OPTION"],
  [() => layers.randomTranslation({ heightFactor: 0.1 } as never), "INVALID_OPTION"],
  [() => layers.randomTranslation({ heightFactor: 0.1, widthFactor: [-2, 0] }), "INVALID_OPTION"],
  [() => layers.randomZoom({ heightFactor: [-1, 0] }), "INVALID_OPTION"],
  [() => layers.randomZoom({ heightFactor: 0.1, widthFactor: 2 }), "INVALID_OPTION"],
  [() => layers.randomContrast({ factor: -0.1 }), "INVALID_OPTION"],
  [() => layers.randomContrast({ factor: 0.1, valueRange: [1, 0] }), "INVALID_OPTION"],
  [() => layers.randomBrightness({ factor: 0.1, valueRange: [0, NaN] }), "INVALID_OPTION"],
  [() => layers.randomBrightness({ factor: 0.1, valueRange: 255 as never }), "INVALID_OPTION"],
  [() => layers.resizing({ height: 0, width: 2 }), "INVALID_OPTION"],
  [() => layers.resizing({ height: 2, width: 2, antialias: true } as never), "UNKNOWN_OPTION"],
  [() => layers.resizing({ height: 2, width: 2 }).apply(input({ shape: [4, 4] })), "SHAPE_MISMATCH"],
] as const)("%s", (make, code) => expect(codeOf(make)).toBe(code));

test("ranges may be given in either order, and modes in Keras's spelling", () => {
  const [up, down] = [[-0.1, 0.3], [0.3, -0.1]] as const; // prettier-ignore
  const seed = 4;
  expect(trained(layers.randomRotation({ factor: up, seed }))).toEqual(
    trained(layers.randomRotation({ factor: down, seed })),
  );
  expect(layers.randomFlip({ mode: "horizontal_and_vertical" }).mode).toBe("horizontalAndVertical");
});

test("random layers hand the activation before them on", () => {
  expect(layers.randomFlip()).toHaveProperty("outputActivation", "input");
  expect(layers.randomZoom({ heightFactor: 0.1 })).toHaveProperty("outputActivation", "input");
});
