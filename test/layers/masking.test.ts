// Masks: who makes them, who passes them on, where they end, and what losses, metrics and means make of them.
import { readFileSync } from "node:fs";
import {
  input,
  layers,
  loadModel,
  losses,
  metrics,
  model,
  sequential,
  setRandomSeed,
  tensor,
} from "lanegrad";
import type { SymbolicTensor, Tensor } from "lanegrad";
import { afterEach, describe, expect, test, vi } from "vitest";
import { values } from "../support/data.js";
import { expectError } from "../support/errors.js";
import { checkGradients } from "../support/finiteDifferences.js";
import { Masked } from "../support/masked.js";

const ROWS = 3;
const STEPS = 4;
/** The steps that count: some of a row, none of a row, all of a row. */
const MASK = [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1];

/** Steps of some features; those that do not count are zeros. */
function sequences(features: number, mask = MASK, seed = 1): Tensor {
  const all = values(mask.length * features, seed);
  return tensor(
    all.map((value, i) => value * mask[Math.floor(i / features)]),
    [mask.length / STEPS, STEPS, features],
  );
}

const warnings = vi.spyOn(console, "warn").mockImplementation(() => {});
afterEach(() => warnings.mockClear());
const messages = (): string[] => warnings.mock.calls.map(([text]) => String(text));

type Shapes = Parameters<layers.Layer["computeOutputShape"]>[0];

/** The mask that a tensor carries, as values; -1 everywhere if there is none. */
class Reveal extends layers.CustomLayer {
  override get supportsMasking(): boolean {
    return true;
  }
  override computeOutputShape([shape]: Shapes): Shapes[number] {
    return shape.slice(0, 2);
  }
  override forward({ masks: [mask], output }: layers.CustomLayerForward): void {
    if (mask === null) output.fill(-1);
    else output.set(mask);
  }
  override backward(): void {}
}

/** The mask of what a function makes of tensors that `masking` made; -1 everywhere if there is none. */
function maskAfter(
  make: (...tensors: SymbolicTensor[]) => SymbolicTensor,
  given: readonly Tensor[] = [sequences(3)],
): number[] {
  const inputs = given.map(({ shape }) => input({ shape: shape.slice(1) }));
  const masked = inputs.map((tensor) => layers.masking().apply(tensor));
  const net = model({ inputs, outputs: new Reveal().apply(make(...masked)) });
  return [...net.predict(given.length === 1 ? given[0] : given).data];
}

describe("masking", () => {
  test("finds steps whose values are all maskValue and sets them to zeros", () => {
    const layer = layers.masking({ maskValue: -2, inputShape: [3, 2] });
    const net = sequential({ layers: [layer] });
    const x = [[[-2, -2], [-2, 1], [0, 0]], [[5, -2], [-2, -2], [-2, -2]]]; // prettier-ignore
    expect(net.predict(x).toArray()).toEqual([[[0, 0], [-2, 1], [0, 0]], [[5, -2], [0, 0], [0, 0]]]); // prettier-ignore
    const dX = net.vjp(x, [[[1, 2], [3, 4], [5, 6]], [[1, 2], [3, 4], [5, 6]]]).inputs[0]; // prettier-ignore
    expect(dX.toArray()).toEqual([[[0, 0], [3, 4], [5, 6]], [[1, 2], [0, 0], [0, 0]]]); // prettier-ignore
  });

  test("compares with maskValue as float32 has it", () => {
    const net = sequential({ layers: [layers.masking({ maskValue: 0.1, inputShape: [2, 1] })] });
    expect(net.predict([[[0.1], [0.2]]]).data).toEqual(Float32Array.of(0, 0.2));
  });

  test("says what is wrong", () => {
    expectError(() => layers.masking({ maskValue: NaN }), "INVALID_OPTION", /maskValue must be a number/);
    expectError(
      () => layers.masking().apply(input({ shape: [4] })),
      "SHAPE_MISMATCH",
      /\[batch, steps, features\]. Received: shape \[null, 4\]/,
    );
  });
});

describe("a mask", () => {
  test("comes of the index 0 of an embedding with maskZero", () => {
    const net = (maskZero: boolean) => {
      const start = input({ shape: [STEPS] });
      const steps = layers.embedding({ inputDim: 5, outputDim: 2, maskZero }).apply(start);
      return model({ inputs: start, outputs: new Reveal().apply(steps) });
    };
    expect(
      net(true)
        .predict([[3, 0, 1, 0]])
        .toArray(),
    ).toEqual([[1, 0, 1, 0]]);
    expect(
      net(false)
        .predict([[3, 0, 1, 0]])
        .toArray(),
    ).toEqual([[-1, -1, -1, -1]]);
  });

  const passing: Record<string, () => layers.Layer> = {
    dense: () => layers.dense({ units: 5, activation: "relu" }),
    perceptron: () => layers.perceptron({ units: 2 }),
    maxout: () => layers.maxout({ units: 2 }),
    activation: () => layers.activation({ activation: "tanh" }),
    "activation linear": () => layers.activation({ activation: "linear" }),
    reLU: () => layers.reLU(),
    leakyReLU: () => layers.leakyReLU(),
    elu: () => layers.elu(),
    prelu: () => layers.prelu(),
    softmax: () => layers.softmax(),
    dropout: () => layers.dropout({ rate: 0.5 }),
    alphaDropout: () => layers.alphaDropout({ rate: 0.5 }),
    gaussianDropout: () => layers.gaussianDropout({ rate: 0.5 }),
    gaussianNoise: () => layers.gaussianNoise({ stddev: 0.5 }),
    spatialDropout1d: () => layers.spatialDropout1d({ rate: 0.5 }),
    identity: () => layers.identity(),
    activityRegularization: () => layers.activityRegularization({ l2: 0.1 }),
    batchNormalization: () => layers.batchNormalization(),
    layerNormalization: () => layers.layerNormalization(),
    rmsNormalization: () => layers.rmsNormalization(),
    groupNormalization: () => layers.groupNormalization({ groups: 1 }),
    unitNormalization: () => layers.unitNormalization(),
    normalization: () => layers.normalization({ mean: 0, variance: 1 }),
    rescaling: () => layers.rescaling({ scale: 2 }),
  };

  test.each(Object.keys(passing))("passes %s", (kind) => {
    expect(maskAfter((x) => passing[kind]().apply(x))).toEqual(MASK);
    expect(messages()).toEqual([]);
  });

  test("passes models inside models, and is made there", () => {
    const inner = sequential({ layers: [layers.dense({ units: 2 }), layers.dropout({ rate: 0.1 })] });
    expect(maskAfter((x) => inner.apply(x))).toEqual(MASK);
    const maker = sequential({ layers: [layers.masking({ maskValue: 7 }), layers.dense({ units: 2 })] });
    const outer = input({ shape: [2, 1] });
    const net = model({ inputs: outer, outputs: new Reveal().apply(maker.apply(outer)) });
    expect(net.predict([[[7], [1]]]).toArray()).toEqual([[0, 1]]);
    const start = input({ shape: [STEPS, 3] });
    const straight = model({ inputs: start, outputs: [start, layers.flatten().apply(start)] });
    expect(maskAfter((x) => straight.applyAll(x)[0])).toEqual(MASK);
  });

  test("ends, with one warning, at a layer that takes none", () => {
    const ending: layers.Layer[] = [
      layers.conv1d({ filters: 2, kernelSize: 1, name: "convolution" }),
      layers.reshape({ targetShape: [STEPS, 3] }),
      layers.maxPooling1d({ poolSize: 1 }),
      layers.upSampling1d({ size: 1 }),
    ];
    for (const layer of ending) {
      const none = Array<number>(MASK.length).fill(-1);
      expect(maskAfter((x) => layers.dense({ units: 3 }).apply(layer.apply(x)))).toEqual(none);
      expect(maskAfter((x) => layer.apply(x))).toEqual(none);
      expect(messages()).toHaveLength(1);
      expect(messages()[0]).toMatch(
        new RegExp(`^Lanegrad: ${layer.name} takes no masks, so the mask of its input ends there`),
      );
      warnings.mockClear();
    }
  });

  test("of merged tensors: a step counts if it does in any, with masks of all", () => {
    const other = [0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0];
    const either = MASK.map((counts, i) => Math.max(counts, other[i]));
    const given = [sequences(3), sequences(3, other, 2)];
    for (const merge of [layers.add, layers.average, layers.multiply, layers.maximum, layers.minimum]) {
      expect(maskAfter((a, b) => merge().apply([a, b]), given)).toEqual(either);
      expect(maskAfter((a) => merge().apply([a, layers.identity().apply(a)]))).toEqual(MASK);
    }
    expect(maskAfter((a, b) => layers.subtract().apply([a, b]), given)).toEqual(either);
    expect(maskAfter((a, b) => layers.concatenate().apply([a, b]), given)).toEqual(either);
    const unmasked = (a: SymbolicTensor): SymbolicTensor =>
      layers.reshape({ targetShape: [STEPS, 3] }).apply(a);
    const none = Array<number>(MASK.length).fill(-1);
    expect(maskAfter((a) => layers.add().apply([a, unmasked(a)]))).toEqual(none);
    expect(maskAfter((a) => layers.concatenate().apply([unmasked(a), a]))).toEqual(none);
  });

  test("of sequences one after another: masks one after another", () => {
    const other = sequences(3, [0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0], 2);
    const along = (a: SymbolicTensor, b: SymbolicTensor): SymbolicTensor =>
      layers.concatenate({ axis: 1 }).apply([a, b]);
    expect(maskAfter(along, [sequences(3), other])).toEqual(
      [[1, 0, 1, 0, 0, 1, 0, 1], [0, 0, 0, 0, 1, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0]].flat(), // prettier-ignore
    );
    const plain = layers.reshape({ targetShape: [STEPS, 3] });
    expect(maskAfter((a, b) => along(plain.apply(a), b), [sequences(3), other])).toEqual(
      [[1, 1, 1, 1, 0, 1, 0, 1], [1, 1, 1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0]].flat(), // prettier-ignore
    );
  });

  test("reaches layers of one's own, which pass it on if they say so", () => {
    class Passing extends Reveal {
      override computeOutputShape([shape]: Shapes): Shapes[number] {
        return shape;
      }
      override forward({ inputs: [x], output }: layers.CustomLayerForward): void {
        output.set(x);
      }
    }
    class Losing extends Passing {
      override get supportsMasking(): boolean {
        return false;
      }
    }
    expect(maskAfter((x) => new Passing().apply(x))).toEqual(MASK);
    warnings.mockClear();
    expect(maskAfter((x) => new Losing().apply(x))).toEqual(Array<number>(MASK.length).fill(-1));
    expect(messages()[0]).toMatch(/losing takes no masks/);
  });

  test("is not passed on to outputs with other steps", () => {
    class Half extends Reveal {
      override computeOutputShape([[batch, steps, features]]: Shapes): Shapes[number] {
        return [batch, Number(steps) / 2, features];
      }
      override forward({ output }: layers.CustomLayerForward): void {
        output.fill(1);
      }
    }
    expect(maskAfter((x) => new Half().apply(x))).toEqual(Array<number>(6).fill(-1));
  });
});

describe("the mean of globalAveragePooling1d", () => {
  test.each([false, true])("is over the steps that count, keepdims %s", (keepdims) => {
    const net = sequential({
      layers: [layers.masking({ inputShape: [STEPS, 2] }), layers.globalAveragePooling1d({ keepdims })],
    });
    const x = sequences(2);
    const y = net.predict(x);
    expect(y.shape).toEqual(keepdims ? [ROWS, 1, 2] : [ROWS, 2]);
    const mean = (row: number, column: number): number => {
      const steps = [0, 1, 2, 3].filter((t) => MASK[row * STEPS + t] === 1);
      const sum = steps.reduce((total, t) => total + x.data[(row * STEPS + t) * 2 + column], 0);
      return steps.length === 0 ? 0 : sum / steps.length;
    };
    y.data.forEach((value, i) => expect(value).toBeCloseTo(mean(Math.floor(i / 2), i % 2), 6));
    expect(net.predict(tensor(x.data.slice(0, 8), [1, STEPS, 2])).data).toEqual(y.data.slice(0, 2));
  });
});

/** Keras's apply_mask and reduce_weighted_values of the losses of steps, in float64. */
function reduced(each: ArrayLike<number>, weights: readonly number[] | undefined, reduction: string): number {
  let [valid, sum, total] = [0, 0, 0];
  MASK.forEach((counts, i) => {
    const weight = counts * (weights?.[Math.floor(i / STEPS)] ?? 1);
    valid += counts;
    sum += weight * each[i];
    total += weight;
  });
  if (reduction === "sum") return sum;
  return sum / (reduction === "meanWithSampleWeight" ? total : valid);
}

describe("losses and metrics count the steps of the mask alone", () => {
  const build = (units: number, options: Parameters<ReturnType<typeof sequential>["compile"]>[0]) => {
    setRandomSeed(3);
    const [values, steps] = [input({ shape: [STEPS, 3] }), input({ shape: [STEPS, 1] })];
    const masked = new Masked().apply([values, layers.masking().apply(steps)]);
    const biasInitializer = { name: "constant", value: 0.3 } as const;
    const outputs = layers.dense({ units, activation: "sigmoid", biasInitializer }).apply(masked);
    const net = model({ inputs: [values, steps], outputs });
    net.compile(options);
    return net;
  };
  const x = [tensor(values(MASK.length * 3, 1), [ROWS, STEPS, 3]), sequences(1)];
  const y = tensor(values(ROWS * STEPS * 2, 9), [ROWS, STEPS, 2]);
  const sampleWeight = [0.5, 3, 2];

  test.each(["sumOverBatchSize", "sum", "mean", "meanWithSampleWeight"] as const)("%s", (reduction) => {
    const loss = losses.meanSquaredError({ reduction });
    const net = build(2, {
      loss,
      optimizer: "sgd",
      metrics: ["mae", "mse"],
      weightedMetrics: [metrics.meanSquaredError({ name: "weighted" })],
    });
    const prediction = net.predict(x);
    const each = losses.meanSquaredError().perSample(y, prediction).data;
    const off = losses.meanAbsoluteError().perSample(y, prediction).data;
    for (const weights of [undefined, sampleWeight]) {
      const options = weights === undefined ? {} : { sampleWeight: weights };
      const logs = net.evaluate(x, y, options);
      expect(logs.loss).toBeCloseTo(reduced(each, weights, reduction), 5);
      expect(logs.mse).toBeCloseTo(reduced(each, undefined, "mean"), 5);
      expect(logs.mae).toBeCloseTo(reduced(off, undefined, "mean"), 5);
      expect(logs.weighted).toBeCloseTo(reduced(each, weights, "meanWithSampleWeight"), 5);
      checkGradients(net, x, y, { ...options, fixed: [1] });
    }
    expect(Math.abs(reduced(each, undefined, reduction) - loss.value(y, prediction))).toBeGreaterThan(0.01);
  });

  test("a loss in TypeScript, and one that ignores a class as well", () => {
    class Quartic extends losses.CustomLoss {
      override forward(
        a: Float32Array,
        b: Float32Array,
        rows: number,
        columns: number,
        each: Float32Array,
      ): void {
        each.fill(0);
        for (let j = 0; j < rows * columns; j++) each[Math.floor(j / columns)] += (b[j] - a[j]) ** 4;
      }
      override backward(
        a: Float32Array,
        b: Float32Array,
        rows: number,
        columns: number,
        d: Float32Array,
      ): void {
        for (let j = 0; j < rows * columns; j++) d[j] = 4 * (b[j] - a[j]) ** 3;
      }
    }
    const own = build(2, { loss: new Quartic(), optimizer: "sgd" });
    const each = new Quartic().perSample(y, own.predict(x)).data;
    expect(own.evaluate(x, y).loss).toBeCloseTo(reduced(each, undefined, "mean"), 5);
    checkGradients(own, x, y, { fixed: [1] });
    const net = build(3, {
      loss: losses.sparseCategoricalCrossentropy({ ignoreClass: 1 }),
      optimizer: "sgd",
    });
    const labels = tensor(Float32Array.from([0, 1, 1, 2, 0, 2, 1, 0, 1, 2, 0, 1]), [ROWS, STEPS, 1]);
    const every = losses.sparseCategoricalCrossentropy().perSample(labels, net.predict(x)).data;
    const counted = [...every.keys()].filter((i) => MASK[i] === 1 && labels.data[i] !== 1);
    expect(counted).toEqual([0, 9, 10]);
    const mean = counted.reduce((sum, i) => sum + every[i], 0) / 3;
    expect(net.evaluate(x, labels).loss).toBeCloseTo(mean, 5);
  });

  test("accuracy, in short last batches too", () => {
    const net = build(3, { loss: "sparseCategoricalCrossentropy", optimizer: "sgd", metrics: ["accuracy"] });
    const prediction = net.predict(x);
    const best = Array.from({ length: ROWS * STEPS }, (_, i) => {
      const row = [...prediction.data.subarray(3 * i, 3 * i + 3)];
      return row.indexOf(Math.max(...row));
    });
    // Right where the mask says so, but for one; wrong everywhere else.
    const labels = best.map((k, i) => (MASK[i] === 1 && i !== 8 ? k : (k + 1) % 3));
    const logs = net.evaluate(x, tensor(Float32Array.from(labels), [ROWS, STEPS, 1]), { batchSize: 2 });
    expect(logs.accuracy).toBeCloseTo(5 / 6, 6);
  });

  test("a batch in which nothing counts has loss 0 and changes nothing", () => {
    const net = build(2, { loss: "mse", optimizer: "sgd" });
    const before = net.getWeights().map(({ data }) => data.slice());
    const zeros = tensor(new Float32Array(2 * STEPS), [2, STEPS, 1]);
    const some = tensor(x[0].data.slice(0, 2 * STEPS * 3), [2, STEPS, 3]);
    const logs = net.trainOnBatch([some, zeros], tensor(values(16, 1), [2, STEPS, 2]));
    expect(logs.loss).toBe(0);
    expect(net.getWeights().map(({ data }) => data)).toEqual(before);
  });

  test("but for a loss over several steps at once, which warns once", () => {
    const loss = losses.dice();
    const net = build(2, { loss, optimizer: "sgd" });
    const labels = y.data.map((value) => (value > 0 ? 1 : 0));
    const truth = tensor(labels, [ROWS, STEPS, 2]);
    expect(net.evaluate(x, truth).loss).toBeCloseTo(loss.value(truth, net.predict(x)), 5);
    net.trainOnBatch(x, truth);
    expect(messages()).toEqual([expect.stringMatching(/the loss dice is over several steps at once/)]);
  });
});

interface LossReference {
  loss: losses.LossSpec & object;
  sampleWeight?: number[];
  x: number[];
  y: { shape: number[]; data: number[] };
  value: number;
  dX: number[];
}

const file = new URL("../references/maskedLosses.json", import.meta.url);
const reference = JSON.parse(readFileSync(file, "utf8")) as {
  mask: number[];
  shape: number[];
  cases: LossReference[];
};

test.each(reference.cases.map((one) => ({ ...one, title: JSON.stringify([one.loss, one.sampleWeight]) })))(
  "Keras's formula in float64 with PyTorch: $title",
  ({ loss, sampleWeight, x, y, value, dX }) => {
    const [rows, steps, columns] = reference.shape;
    const [values, mask] = [input({ shape: [steps, columns] }), input({ shape: [steps, 1] })];
    const net = model({
      inputs: [values, mask],
      outputs: new Masked().apply([values, layers.masking().apply(mask)]),
    });
    net.compile({ loss });
    const data = [tensor(x, [...reference.shape]), tensor(reference.mask, [rows, steps, 1])];
    const got = net.gradients(data, tensor(y.data, y.shape), sampleWeight && { sampleWeight });
    expect(Math.abs(got.loss - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
    const largest = Math.max(...dX.map(Math.abs));
    dX.forEach((want, i) => expect(Math.abs(got.inputs[0].data[i] - want)).toBeLessThan(2e-6 * largest));
  },
);

test("a model with masks comes back from a file", () => {
  setRandomSeed(1);
  const net = sequential({
    layers: [
      layers.embedding({ inputDim: 6, outputDim: 3, maskZero: true, inputShape: [STEPS] }),
      layers.masking({ maskValue: 0.25 }),
      layers.globalAveragePooling1d(),
    ],
  });
  const copy = loadModel(net.save());
  expect(copy.getConfig()).toEqual(net.getConfig());
  const x = [[1, 2, 0, 0], [5, 0, 0, 0]]; // prettier-ignore
  expect((copy.predict(x) as Tensor).data).toEqual(net.predict(x).data);
});
