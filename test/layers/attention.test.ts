// Attention: PyTorch's numbers, initial weights, masks, scores, dropout, files, errors.
import { readFileSync } from "node:fs";
import { input, layers, loadModel, model, sequential, setRandomSeed, tensor } from "lanegrad";
import type { SymbolicTensor, Tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { values } from "../support/data.js";
import { expectError } from "../support/errors.js";
import { checkProduct } from "../support/finiteDifferences.js";

interface Values {
  shape: number[];
  data: number[];
}

interface Reference {
  options: layers.MultiHeadAttentionOptions;
  form: "list" | "named";
  inputs: Values[];
  mask: Values | null;
  weights: Record<string, Values>;
  outputs: Values[];
  dOutputs: Values[];
  dInputs: Values[];
  dWeights: Record<string, Values>;
}

const file = new URL("../references/attention.json", import.meta.url);
const references = JSON.parse(readFileSync(file, "utf8")) as Reference[];

const toTensor = ({ data, shape }: Values): Tensor => tensor(data, shape);

function expectClose(got: Tensor | undefined, want: Values, what: string): void {
  expect(got?.shape, what).toEqual(want.shape);
  const largest = Math.max(1, ...want.data.map(Math.abs));
  want.data.forEach((value, i) =>
    expect(Math.abs((got?.data[i] ?? NaN) - value), `${what} ${i}`).toBeLessThan(3e-6 * largest),
  );
}

/** What `apply` is given: by name, or as a list; one input alone is a sequence that asks itself. */
function given(form: Reference["form"], all: SymbolicTensor[], hasMask: boolean): layers.AttentionArguments {
  const [query, value = query, key = value] = hasMask ? all.slice(0, -1) : all;
  const attentionMask = hasMask ? all.at(-1) : undefined;
  if (form === "list") return attentionMask === undefined ? all : [query, value, key, attentionMask];
  return { query, value, key, ...(attentionMask === undefined ? {} : { attentionMask }) };
}

describe("PyTorch's numbers within 3e-6 of the largest", () => {
  const titled = references.map((reference) => {
    const all = [...reference.inputs, ...(reference.mask === null ? [] : [reference.mask])];
    const shapes = all.map(({ shape }) => JSON.stringify(shape)).join(" ");
    return { reference, title: `${JSON.stringify(reference.options)} ${shapes} ${reference.form}` };
  });

  test.each(titled)("$title", ({ reference }) => {
    const { options, form, mask } = reference;
    const data = [...reference.inputs, ...(mask === null ? [] : [mask])];
    const inputs = data.map(({ shape }) => input({ shape: shape.slice(1) }));
    const layer = layers.multiHeadAttention(options);
    const net = model({ inputs, outputs: layer.applyAll(given(form, inputs, mask !== null)) });
    expect(layer.weights.map(({ name }) => name)).toEqual(Object.keys(reference.weights));
    expect(layer.weights.map(({ shape }) => shape)).toEqual(
      Object.values(reference.weights).map(({ shape }) => shape),
    );
    net.setWeights(Object.values(reference.weights).map(toTensor));
    const x = data.length === 1 ? toTensor(data[0]) : data.map(toTensor);
    [net.predict(x)].flat().forEach((y, i) => expectClose(y, reference.outputs[i], `prediction ${i}`));
    const dY = reference.dOutputs.map(toTensor);
    const { outputs, inputs: dInputs, weights } = net.vjp(x, dY.length === 1 ? dY[0] : dY);
    expect(outputs.length).toBe(reference.outputs.length);
    outputs.forEach((y, i) => expectClose(y, reference.outputs[i], `output ${i}`));
    reference.dInputs.forEach((want, i) => expectClose(dInputs[i], want, `dInput ${i}`));
    if (mask !== null) expect(dInputs.at(-1)?.data.every((value) => value === 0)).toBe(true);
    expect(weights.size).toBe(Object.keys(reference.dWeights).length);
    for (const [name, want] of Object.entries(reference.dWeights)) {
      expectClose(weights.get(`${layer.name}/${name}`), want, name);
    }
  });
});

describe("weights", () => {
  test("begin as in Keras, where a fan counts all heads, and differ from each other", () => {
    setRandomSeed(3);
    const layer = layers.multiHeadAttention({ numHeads: 8, keyDim: 4, valueDim: 10, inputShape: [3, 20] });
    const weights = sequential({ layers: [layer] }).getWeights();
    // sqrt(6 / (inputs + outputs)): of 32 x 640 numbers the largest is near it.
    [20 + 32, 20 + 32, 20 + 80, 80 + 20].forEach((fans, i) => {
      const largest = Math.max(...weights[2 * i].data.map(Math.abs));
      const limit = Math.sqrt(6 / fans);
      expect(largest).toBeLessThanOrEqual(limit);
      expect(largest).toBeGreaterThan(0.97 * limit);
      expect(weights[2 * i + 1].data.every((value) => value === 0)).toBe(true);
    });
    expect(weights[0].data).not.toEqual(weights[2].data);
    const identity = layers.multiHeadAttention({
      numHeads: 1,
      keyDim: 2,
      kernelInitializer: { name: "constant", value: 3 },
      biasInitializer: "ones",
      inputShape: [1, 1],
    });
    const all = sequential({ layers: [identity] }).getWeights();
    expect(all.map(({ data }) => [...data])).toEqual([[3, 3], [1, 1], [3, 3], [1, 1], [3, 3], [1, 1], [3, 3], [1]]); // prettier-ignore
  });

  test("settings are for all four kernels and biases", () => {
    const layer = layers.multiHeadAttention({
      numHeads: 2,
      keyDim: 3,
      kernelConstraint: { name: "maxNorm", maxValue: 0.1 },
      biasRegularizer: "l2",
      kernelRegularizer: "l1",
      biasConstraint: "nonNeg",
      inputShape: [2, 4],
    });
    sequential({ layers: [layer] });
    for (const { name, regularizer, constraint } of layer.weights) {
      expect(
        [regularizer, constraint].map((part) => part?.getConfig().name),
        name,
      ).toEqual(name.endsWith("kernel") ? ["l1L2", "maxNorm"] : ["l1L2", "nonNeg"]);
    }
    expect(layer.countParams()).toBe(3 * (4 * 6 + 6) + 6 * 4 + 4);
  });
});

describe("scores", () => {
  const x = tensor(values(3 * 5 * 4, 1), [3, 5, 4]);
  const options = { numHeads: 2, keyDim: 3, returnAttentionScores: true };

  test("are rows of probabilities, and causal ones show nothing that comes later", () => {
    setRandomSeed(4);
    const sequence = input({ shape: [5, 4] });
    const layer = layers.multiHeadAttention({ ...options, useCausalMask: true });
    const net = model({ inputs: sequence, outputs: layer.applyAll(sequence) });
    const [y, scores] = net.predict(x);
    expect(y.shape).toEqual([3, 5, 4]);
    expect(scores.shape).toEqual([3, 2, 5, 5]);
    for (let row = 0; row < 30; row++) {
      const seen = scores.data.slice(5 * row, 5 * row + 5);
      expect(seen.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 6);
      seen.forEach((score, source) => expect(score > 0).toBe(source <= row % 5));
    }
    const later = x.data.map((value, i) => (i % 20 >= 12 ? value + 1 : value));
    const [changed] = net.predict(tensor(later, [3, 5, 4]));
    for (let row = 0; row < 3; row++) {
      const first = [20 * row, 20 * row + 12] as const;
      expect(changed.data.slice(...first)).toEqual(y.data.slice(...first));
    }
    expect(changed.data).not.toEqual(y.data);
  });

  test("have gradients where they alone are used", () => {
    setRandomSeed(4);
    const sequence = input({ shape: [5, 4] });
    const net = model({
      inputs: sequence,
      outputs: layers.multiHeadAttention(options).applyAll(sequence)[1],
    });
    checkProduct(net, [x], [tensor(values(3 * 50, 2), [3, 2, 5, 5])]);
  });
});

describe("dropout", () => {
  /** Values that are ones, so that an output is the sum of the scores that are left. */
  const sums = (options: object, purpose = { training: true }): Float32Array => {
    setRandomSeed(5);
    const layer = layers.multiHeadAttention({ numHeads: 1, keyDim: 1, dropout: 0.25, ...options });
    const sequence = input({ shape: [40, 1] });
    const net = model({ inputs: sequence, outputs: layer.apply(sequence) });
    const [zero, one] = [[0], [1]].map((value) => tensor(value, [1, 1, 1]));
    const [none, ones] = [[0], [1]].map((value) => tensor(value, [1, 1]));
    // Queries of 0 give every source the same score, 1/40.
    net.setWeights([zero, none, zero, none, zero, ones, one, tensor([0], [1])]);
    const x = tensor(new Float32Array(30 * 40).fill(1), [30, 40, 1]);
    return net.vjp(x, x, purpose).outputs[0].data;
  };

  test("drops scores in training alone, each with its own chance", () => {
    expect(sums({}, { training: false }).every((sum) => Math.abs(sum - 1) < 1e-6)).toBe(true);
    const kept = sums({}).map((sum) => sum * 40 * 0.75);
    kept.forEach((count) => expect(count).toBeCloseTo(Math.round(count), 3));
    const mean = kept.reduce((sum, count) => sum + count, 0) / kept.length;
    expect(mean / 40).toBeCloseTo(0.75, 2);
    const rows = new Set(
      Array.from({ length: 30 }, (_, row) => kept.slice(40 * row, 40 * row + 40).join(" ")),
    );
    expect(rows.size).toBe(30);
  });

  test("masks follow the seed", () => {
    const [first, second, other] = [5, 5, 6].map((seed) => sums({ seed }));
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

test("a row has the same bits alone and in a batch, and a short last batch too", () => {
  setRandomSeed(6);
  const layer = layers.multiHeadAttention({
    numHeads: 3,
    keyDim: 5,
    useCausalMask: true,
    inputShape: [61, 7],
  });
  const net = sequential({ layers: [layer] });
  const x = values(5 * 61 * 7, 7);
  const all = net.predict(tensor(x, [5, 61, 7]), { batchSize: 3 }).data;
  const one = net.predict(tensor(x.slice(4 * 427), [1, 61, 7])).data;
  expect(one).toEqual(all.slice(4 * 427));
});

test("a penalty counts what each product gives", () => {
  setRandomSeed(7);
  const make = (activityRegularizer?: "l2"): layers.Layer =>
    layers.multiHeadAttention({
      numHeads: 1,
      keyDim: 1,
      kernelInitializer: "zeros",
      biasInitializer: "ones",
      inputShape: [2, 1],
      ...(activityRegularizer === undefined ? {} : { activityRegularizer }),
    });
  const [x, y] = [tensor(values(6, 1), [3, 2, 1]), tensor(new Float32Array(6), [3, 2, 1])];
  const [plain, penalised] = [make(), make("l2")].map((layer) => {
    const net = sequential({ layers: [layer] });
    net.compile({ loss: "mse" });
    return net.gradients(x, y).loss;
  });
  // Two steps, four products, all of them 1; 0.01 is Keras's l2.
  expect(penalised - plain).toBeCloseTo(2 * 4 * 0.01, 6);
});

test("learns and comes back from a file as it was", async () => {
  setRandomSeed(8);
  const [sequence, attentionMask] = [input({ shape: [6, 3] }), input({ shape: [1, 6] })];
  const attention = layers.multiHeadAttention({ numHeads: 2, keyDim: 4, dropout: 0.1, outputShape: [4] });
  const attended = attention.apply({ query: sequence, attentionMask });
  const causal = layers.multiHeadAttention({ numHeads: 1, keyDim: 3, useCausalMask: true, valueDim: 2 });
  const flat = layers.flatten().apply(causal.apply(attended));
  const net = model({ inputs: [sequence, attentionMask], outputs: layers.dense({ units: 1 }).apply(flat) });
  net.compile({ optimizer: { name: "adam", learningRate: 0.02 }, loss: "mse" });
  const x = values(50 * 18, 8);
  const mask = values(50 * 6, 9).map((value) => Number(value > -0.2));
  const given = [tensor(x, [50, 6, 3]), tensor(mask, [50, 1, 6])];
  const y = tensor(
    Float32Array.from({ length: 50 }, (_, i) => [0, 1, 2].reduce((sum, t) => sum + mask[6 * i + t] * x[18 * i + 3 * t], 0)), // prettier-ignore
    [50, 1],
  );
  const { history } = await net.fit(given, y, { epochs: 30, batchSize: 16, verbose: 0, seed: 1 });
  expect(history.loss[29]).toBeLessThan(0.5 * history.loss[0]);
  const copy = loadModel(net.save());
  expect(copy.getConfig()).toEqual(net.getConfig());
  expect((copy.predict(given) as Tensor).data).toEqual(net.predict(given).data);
  const resumed = await (copy as typeof net).fit(given, y, { epochs: 1, batchSize: 16, verbose: 0, seed: 2 });
  const went = await net.fit(given, y, { epochs: 1, batchSize: 16, verbose: 0, seed: 2 });
  expect(resumed.history.loss).toEqual(went.history.loss);
});

test("a mask of nothing but ones changes nothing", () => {
  setRandomSeed(9);
  const layer = layers.multiHeadAttention({ numHeads: 2, keyDim: 3 });
  const [a, b, attentionMask] = [
    input({ shape: [5, 4] }),
    input({ shape: [5, 4] }),
    input({ shape: [5, 5] }),
  ];
  const plain = model({ inputs: a, outputs: layer.apply(a) });
  const masked = model({ inputs: [b, attentionMask], outputs: layer.apply({ query: b, attentionMask }) });
  const x = tensor(values(40, 3), [2, 5, 4]);
  const ones = tensor(new Float32Array(50).fill(1), [2, 5, 5]);
  expect(masked.predict([x, ones]).data).toEqual(plain.predict(x).data);
});

describe("masks that inputs carry", () => {
  const steps = [4, 6, 6];
  const widths = [3, 2, 2];
  /** Sequences of which some steps are zeros. */
  const sequences = steps.map((length, i) => {
    const x = values(2 * length * widths[i], 11 + i);
    return x.map((value, at) => (Math.floor(at / widths[i]) % 5 === i ? 0 : value));
  });
  const counts = (i: number, row: number, step: number): boolean => (row * steps[i] + step) % 5 !== i;
  const x = sequences.map((data, i) => tensor(data, [2, steps[i], widths[i]]));

  test.each([
    [true, false, false],
    [false, true, false],
    [false, false, true],
    [true, true, true],
  ])("hide steps of query %s, value %s, key %s", (...masked) => {
    setRandomSeed(10);
    const layer = layers.multiHeadAttention({ numHeads: 2, keyDim: 3 });
    const inputs = steps.map((length, i) => input({ shape: [length, widths[i]] }));
    const carrying = inputs.map((tensor, i) => (masked[i] ? layers.masking().apply(tensor) : tensor));
    const net = model({ inputs, outputs: layer.apply(carrying) });
    const others = [
      ...steps.map((length, i) => input({ shape: [length, widths[i]] })),
      input({ shape: [4, 6] }),
    ];
    const [query, value, key, attentionMask] = others;
    const explicit = model({ inputs: others, outputs: layer.apply({ query, value, key, attentionMask }) });
    const mask = Float32Array.from({ length: 48 }, (_, i) => {
      const [row, target, source] = [Math.floor(i / 24), Math.floor(i / 6) % 4, i % 6];
      const shown = [counts(0, row, target), counts(1, row, source), counts(2, row, source)];
      return Number(shown.every((isShown, place) => isShown || !masked[place]));
    });
    const given = [...x, tensor(mask, [2, 4, 6])];
    expect(net.predict(x).data).toEqual(explicit.predict(given).data);
    const dY = tensor(values(24, 5), [2, 4, 3]);
    const [got, want] = [net.vjp(x, dY), explicit.vjp(given, dY)];
    expect([...got.weights.values()]).toEqual([...want.weights.values()]);
    got.inputs.forEach(({ data }, i) => {
      if (!masked[i]) expect(data).toEqual(want.inputs[i].data);
    });
  });

  test("go on with the output, where they are those of the query", () => {
    setRandomSeed(10);
    const [a, b] = [input({ shape: [4, 3] }), input({ shape: [6, 2] })];
    const attention = layers.multiHeadAttention({ numHeads: 1, keyDim: 2 });
    const y = attention.apply([layers.masking().apply(a), layers.masking().apply(b)]);
    const mean = layers.globalAveragePooling1d().apply(y);
    const [means, steps] = model({ inputs: [a, b], outputs: [mean, y] }).predict(x.slice(0, 2));
    for (const row of [0, 1]) {
      for (const feature of [0, 1, 2]) {
        const counted = [0, 1, 2, 3].filter((step) => counts(0, row, step));
        const sum = counted.reduce((all, step) => all + steps.data[(4 * row + step) * 3 + feature], 0);
        expect(means.data[3 * row + feature]).toBeCloseTo(sum / counted.length, 6);
      }
    }
  });
});

test("says what is wrong", () => {
  const make = layers.multiHeadAttention as (options: object) => ReturnType<typeof layers.multiHeadAttention>;
  const sizes = { numHeads: 2, keyDim: 3 };
  expectError(() => make({ keyDim: 3 }), "INVALID_OPTION", /numHeads must be a positive integer/);
  expectError(() => make({ numHeads: 2, keyDim: 0 }), "INVALID_OPTION", /keyDim must be a positive/);
  expectError(() => make({ ...sizes, valueDim: 1.5 }), "INVALID_OPTION", /valueDim must be a positive/);
  expectError(() => make({ ...sizes, dropout: 1 }), "INVALID_OPTION", /dropout/);
  expectError(
    () => make({ ...sizes, outputShape: [0] }),
    "INVALID_OPTION",
    /outputShape must be an array of positive integers/,
  );
  expectError(() => make({ ...sizes, seed: -1 }), "INVALID_OPTION", /seed must be a whole number/);
  expectError(() => make({ ...sizes, causal: true }), "UNKNOWN_OPTION", /no option causal/);
  expectError(
    () => make({ ...sizes, returnAttentionScores: true, activityRegularizer: "l2" }),
    "INVALID_OPTION",
    /without returnAttentionScores.*Received: /,
  );
  const sequence = (steps: number, features: number): SymbolicTensor => input({ shape: [steps, features] });
  expectError(() => make(sizes).apply([]), "SHAPE_MISMATCH", /Received: 0 inputs$/);
  expectError(
    () => make(sizes).apply([1, 2, 3, 4, 5].map(() => sequence(2, 2))),
    "SHAPE_MISMATCH",
    /Received: 5 inputs$/,
  );
  expectError(
    () => make(sizes).apply(input({ shape: [3] })),
    "SHAPE_MISMATCH",
    /\[batch, steps, features\].*Received: shape \[null, 3\]$/,
  );
  expectError(
    () => make(sizes).apply([sequence(3, 2), sequence(4, 2), sequence(5, 2)]),
    "SHAPE_MISMATCH",
    /as many steps as the value/,
  );
  for (const shape of [[3, 5], [2, 4], [4], [2, 3, 4]]) {
    expectError(
      () => make(sizes).apply({ query: sequence(3, 2), value: sequence(4, 2), attentionMask: input({ shape }) }),
      "SHAPE_MISMATCH",
      /attentionMask of shape \[batch, 3, 4\] or \[batch, 1, 4\]/,
    );
  } // prettier-ignore
  expectError(
    () => make(sizes).apply({ query: sequence(3, 2), mask: sequence(3, 3) } as never),
    "UNKNOWN_OPTION",
    /no option mask/,
  );
  for (const missing of [{}, { value: sequence(3, 2) }]) {
    expectError(() => make(sizes).apply(missing as never), "INVALID_OPTION", /apply needs a query/);
  }
  const loose: { apply(...inputs: unknown[]): unknown } = make(sizes) as never;
  expectError(
    () => loose.apply(sequence(3, 2), sequence(4, 2)),
    "INVALID_OPTION",
    /takes several inputs in an array. Received: 2 arguments$/,
  );
  expectError(() => make(sizes).apply(null as never), "INVALID_OPTION", /takes what input\(\)/);
  expectError(
    () => make({ ...sizes, returnAttentionScores: true }).apply(sequence(3, 2)),
    "INVALID_OPTION",
    /use applyAll/,
  );
  const built = make(sizes);
  built.apply([sequence(3, 2), sequence(4, 5)]);
  expect(built.apply([sequence(1, 2), sequence(6, 5)]).shape).toEqual([null, 1, 2]);
  expectError(() => built.apply(sequence(3, 2)), "SHAPE_MISMATCH", /last axes are 2, 5, 5/);
});
