// Recurrent layers: PyTorch's numbers, initial weights, masks of dropout, states, errors.
import { readFileSync } from "node:fs";
import { input, layers, loadModel, model, sequential, setRandomSeed, tensor } from "lanegrad";
import type { Tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { values } from "../support/data.js";
import { expectError } from "../support/errors.js";

interface Values {
  shape: number[];
  data: number[];
}

interface Reference {
  kind: "simpleRNN" | "lstm" | "gru";
  options: layers.LSTMOptions & layers.GRUOptions;
  /** Of bidirectional layers. */
  mergeMode?: layers.BidirectionalOptions["mergeMode"];
  inputs: Values[];
  weights: Values[];
  outputs: Values[];
  dOutputs: Values[];
  dInputs: Values[];
  dWeights: Record<string, Values>;
}

const references = ["recurrent", "bidirectional"].flatMap((name) => {
  const file = new URL(`../references/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Reference[];
});

const KINDS = ["simpleRNN", "lstm", "gru"] as const;

const makers = {
  simpleRNN: layers.simpleRNN,
  lstm: layers.lstm,
  gru: layers.gru,
};

const toTensor = ({ data, shape }: Values): Tensor => tensor(data, shape);

function expectClose(got: Tensor | undefined, want: Values, what: string): void {
  expect(got?.shape, what).toEqual(want.shape);
  const largest = Math.max(1, ...want.data.map(Math.abs));
  want.data.forEach((value, i) =>
    expect(Math.abs((got?.data[i] ?? NaN) - value), `${what} ${i}`).toBeLessThan(3e-6 * largest),
  );
}

describe("PyTorch's numbers within 3e-6 of the largest", () => {
  const titled = references.map((reference) => {
    const shapes = reference.inputs.map(({ shape }) => JSON.stringify(shape)).join(" ");
    const merge = reference.mergeMode === undefined ? "" : `bidirectional, ${reference.mergeMode} of `;
    return { reference, title: `${merge}${reference.kind} ${JSON.stringify(reference.options)} ${shapes}` };
  });

  test.each(titled)("$title", ({ reference }) => {
    const { kind, options, mergeMode } = reference;
    const inputs = reference.inputs.map(({ shape }) => input({ shape: shape.slice(1) }));
    const single = makers[kind](options);
    const layer = mergeMode === undefined ? single : layers.bidirectional({ layer: single, mergeMode });
    const net = model({ inputs, outputs: layer.applyAll(inputs) });
    net.setWeights(reference.weights.map(toTensor));
    const x = reference.inputs.map(toTensor);
    const given = x.length === 1 ? x[0] : x;
    [net.predict(given)].flat().forEach((y, i) => expectClose(y, reference.outputs[i], `prediction ${i}`));
    const dY = reference.dOutputs.map(toTensor);
    const { outputs, inputs: dInputs, weights } = net.vjp(given, dY.length === 1 ? dY[0] : dY);
    expect(outputs.length).toBe(reference.outputs.length);
    outputs.forEach((y, i) => expectClose(y, reference.outputs[i], `output ${i}`));
    reference.dInputs.forEach((want, i) => expectClose(dInputs[i], want, `dInput ${i}`));
    expect(weights.size).toBe(Object.keys(reference.dWeights).length);
    for (const [name, want] of Object.entries(reference.dWeights)) {
      expectClose(weights.get(`${layer.name}/${name}`), want, name);
    }
  });
});

describe("initial weights", () => {
  test.each(KINDS)("%s: the kernel of the states is orthogonal", (kind) => {
    setRandomSeed(3);
    const net = sequential({ layers: [makers[kind]({ units: 6, inputShape: [2, 4] })] });
    const [kernel, recurrent] = net.getWeights();
    const columns = 6 * { simpleRNN: 1, lstm: 4, gru: 3 }[kind];
    expect(kernel.shape).toEqual([4, columns]);
    expect(recurrent.shape).toEqual([6, columns]);
    const row = (i: number): Float32Array => recurrent.data.slice(i * columns, (i + 1) * columns);
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j < 6; j++) {
        const other = row(j);
        const dot = row(i).reduce((sum, value, at) => sum + value * other[at], 0);
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 5);
      }
    }
  });

  test("the bias: ones for LSTM's forget gate alone, two rows for GRU's resetAfter", () => {
    const bias = (layer: layers.Layer): Tensor => sequential({ layers: [layer] }).getWeights()[2];
    const inputShape = [2, 1];
    expect([...bias(layers.lstm({ units: 2, inputShape })).data]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    expect([...bias(layers.lstm({ units: 1, inputShape, unitForgetBias: false })).data]).toEqual([
      0, 0, 0, 0,
    ]);
    const others = layers.lstm({ units: 1, inputShape, biasInitializer: { name: "constant", value: 3 } });
    expect([...bias(others).data]).toEqual([3, 1, 3, 3]);
    expect(bias(layers.gru({ units: 2, inputShape })).shape).toEqual([2, 6]);
    expect(bias(layers.gru({ units: 2, inputShape, resetAfter: false })).shape).toEqual([6]);
  });
});

describe("dropout", () => {
  /** h_t = x_t of a layer that only sums up: the states are the running sums of what the masks let through. */
  const running = (options: object) => {
    const layer = layers.simpleRNN({
      units: 40,
      activation: "linear",
      kernelInitializer: "identity",
      recurrentInitializer: "identity",
      returnSequences: true,
      inputShape: [3, 40],
      ...options,
    });
    const net = sequential({ layers: [layer] });
    const ones = tensor(new Float32Array(50 * 3 * 40).fill(1), [50, 3, 40]);
    const { outputs, inputs } = net.vjp(ones, ones, { training: true });
    const sums = [1, 2, 3].flatMap((h) => Array<number>(40).fill(h));
    expect(net.predict(ones).data.slice(0, 120)).toEqual(Float32Array.from(sums));
    return { y: outputs[0].data, dX: inputs[0].data };
  };
  const steps = (y: Float32Array): number[][] =>
    Array.from({ length: 2000 }, (_, i) =>
      [0, 1, 2].map((t) => y[(Math.floor(i / 40) * 3 + t) * 40 + (i % 40)]),
    );

  test("of the inputs is the same in all steps", () => {
    const { y, dX } = running({ dropout: 0.25, seed: 5 });
    const all = steps(y);
    const factor = Math.fround(1 / 0.75);
    for (const sums of all) {
      if (sums[0] === 0) expect(sums).toEqual([0, 0, 0]);
      else sums.forEach((sum, t) => expect(sum).toBeCloseTo((t + 1) * factor, 5));
    }
    expect(all.filter(([sum]) => sum === 0).length / 2000).toBeCloseTo(0.25, 1);
    steps(dX).forEach((slopes, i) => {
      const kept = all[i][0] === 0 ? 0 : factor;
      slopes.forEach((slope, t) => expect(slope).toBeCloseTo((3 - t) * kept, 5));
    });
  });

  test("of the states is the same in all steps", () => {
    const all = steps(running({ recurrentDropout: 0.5, seed: 5 }).y);
    for (const sums of all) {
      expect([
        [1, 1, 1],
        [1, 3, 7],
      ]).toContainEqual(sums);
    }
    expect(all.filter(([, sum]) => sum === 1).length / 2000).toBeCloseTo(0.5, 1);
  });

  test("masks follow the seed", () => {
    const [first, second, other] = [5, 5, 6].map((seed) => running({ dropout: 0.5, seed }).y);
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

describe.each(KINDS)("%s", (kind) => {
  test("goes on from the states that a first half gave", () => {
    setRandomSeed(4);
    const layer = makers[kind]({ units: 3, returnSequences: true, returnState: true });
    const whole = input({ shape: [6, 2] });
    const states = kind === "lstm" ? 2 : 1;
    const [half, ...starts] = [[3, 2], ...Array.from({ length: states }, () => [3])].map((shape) =>
      input({ shape }),
    );
    const all = model({ inputs: whole, outputs: layer.applyAll(whole) });
    const first = model({ inputs: half, outputs: layer.applyAll(half) });
    const second = model({ inputs: [half, ...starts], outputs: layer.applyAll([half, ...starts]) });
    const x = values(12, 6);
    const [y, ...last] = all.predict(tensor(x, [1, 6, 2]));
    const [y1, ...between] = first.predict(tensor(x.slice(0, 6), [1, 3, 2]));
    const [y2, ...end] = second.predict([tensor(x.slice(6), [1, 3, 2]), ...between]);
    expect([...y1.data, ...y2.data]).toEqual([...y.data]);
    expect(end.map(({ data }) => [...data])).toEqual(last.map(({ data }) => [...data]));
    expect(last[0].data).toEqual(y.data.slice(15));
  });

  test("has the same gradients where its last state alone is used", () => {
    setRandomSeed(4);
    const whole = makers[kind]({ units: 3, returnSequences: true, returnState: true });
    const last = makers[kind]({ units: 3 });
    const [a, b] = [input({ shape: [4, 2] }), input({ shape: [4, 2] })];
    const first = model({ inputs: a, outputs: whole.applyAll(a)[1] });
    const second = model({ inputs: b, outputs: last.apply(b) });
    second.setWeights(first.getWeights());
    const [x, dY] = [tensor(values(16, 6), [2, 4, 2]), tensor(values(6, 7), [2, 3])];
    const [got, want] = [first.vjp(x, dY), second.vjp(x, dY)];
    expect(got.inputs[0].data).toEqual(want.inputs[0].data);
    expect([...got.weights.values()].map(({ data }) => data)).toEqual(
      [...want.weights.values()].map(({ data }) => data),
    );
    expect(got.weights.size).toBe(3);
  });

  test("a row has the same bits alone and in a batch", () => {
    setRandomSeed(4);
    const net = sequential({ layers: [makers[kind]({ units: 9, inputShape: [4, 3] })] });
    const x = values(20 * 12, 7);
    const all = net.predict(tensor(x, [20, 4, 3])).data;
    const one = net.predict(tensor(x.slice(84, 96), [1, 4, 3])).data;
    expect(one).toEqual(all.slice(63, 72));
  });

  test("learns and comes back from a file as it was", async () => {
    setRandomSeed(5);
    const make = makers[kind];
    const net = sequential({
      layers: [
        make({ units: 6, returnSequences: true, goBackwards: true, dropout: 0.1, inputShape: [5, 2] }),
        make({ units: 4, activation: "softsign", recurrentDropout: 0.1, recurrentConstraint: "maxNorm" }),
        layers.dense({ units: 1 }),
      ],
    });
    net.compile({ optimizer: { name: "adam", learningRate: 0.02 }, loss: "mse" });
    const x = tensor(values(40 * 10, 8), [40, 5, 2]);
    const y = tensor(
      Float32Array.from({ length: 40 }, (_, i) => x.data[i * 10] - x.data[i * 10 + 9]),
      [40, 1],
    );
    const { history } = await net.fit(x, y, { epochs: 25, batchSize: 16, verbose: 0, seed: 1 });
    expect(history.loss[24]).toBeLessThan(0.5 * history.loss[0]);
    const copy = loadModel(net.save());
    expect(copy.getConfig()).toEqual(net.getConfig());
    expect([...(copy.predict(x) as Tensor).data]).toEqual([...net.predict(x).data]);
  });

  test("says what is wrong", () => {
    const make = makers[kind] as (options: object) => layers.Layer;
    expectError(() => make({ units: 0 }), "INVALID_OPTION", /units must be a positive integer/);
    expectError(() => make({ units: 2, unroll: true }), "UNKNOWN_OPTION", /no option unroll/);
    expectError(() => make({ units: 2, stateful: 1 }), "INVALID_OPTION", /stateful/);
    expectError(() => make({ units: 2, zeroOutputForMask: 1 }), "INVALID_OPTION", /zeroOutputForMask/);
    expectError(() => make({ units: 2, dropout: 1 }), "INVALID_OPTION", /dropout/);
    expectError(
      () => make({ units: 2, activation: "gelu" }),
      "INVALID_OPTION",
      /activation of a recurrent layer must be one of linear,.*Received: activation="gelu"$/,
    );
    expectError(() => make({ units: 2, activation: "softmax" }), "INVALID_OPTION", /must be one of/);
    expectError(() => make({ units: 2, activation: null }), "UNKNOWN_NAME", /^activation .*null$/);
    if (kind !== "simpleRNN") {
      const use = (): unknown => make({ units: 2, recurrentActivation: null });
      expectError(use, "UNKNOWN_NAME", /^recurrentActivation .*null$/);
    }
    expectError(
      () => make({ units: 2 }).apply(input({ shape: [3] })),
      "SHAPE_MISMATCH",
      /\[batch, steps, features\]/,
    );
    expectError(() => make({ units: 2 }).apply([]), "SHAPE_MISMATCH", /\[batch, steps, features\]/);
    expectError(
      () => make({ units: 2 }).apply([input({ shape: [3, 2] }), input({ shape: [3] })]),
      "SHAPE_MISMATCH",
      /of shape \[batch, 2\]/,
    );
    const built = make({ units: 2 });
    built.apply(input({ shape: [3, 2] }));
    expectError(() => built.apply(input({ shape: [3, 4] })), "SHAPE_MISMATCH", /last axis is 2/);
  });
});

describe("gradients that vanish over 400 steps", () => {
  const options = { units: 5, unitForgetBias: false };
  test.each([
    ["lstm", layers.lstm(options)],
    ["gru", layers.gru({ units: 5 })],
    ["gru with resetAfter false", layers.gru({ units: 5, resetAfter: false })],
    ["bidirectional lstm", layers.bidirectional({ layer: layers.lstm(options), mergeMode: "sum" })],
  ])("end with 0 in %s, not with subnormal numbers, which take processors long", (_, layer) => {
    for (const hasMask of [false, true]) {
      setRandomSeed(3);
      const x = input({ shape: [400, 2] });
      const net = model({ inputs: x, outputs: layer.apply(hasMask ? layers.masking().apply(x) : x) });
      const { inputs, weights } = net.vjp(tensor(values(800, 1), [1, 400, 2]), [[1, -1, 1, -1, 1]]);
      for (const { data } of [...inputs, ...weights.values()]) {
        expect(data.filter((value) => value !== 0 && Math.abs(value) < 2 ** -126)).toHaveLength(0);
        expect(data.some((value) => Math.abs(value) > 1e-3)).toBe(true);
      }
      expect(inputs[0].data.some((value) => value === 0)).toBe(true);
    }
  });
});

describe("bidirectional", () => {
  test("takes states to start from, first those of the forward layer", () => {
    setRandomSeed(6);
    const inner = layers.lstm({ units: 2, returnSequences: true });
    const layer = layers.bidirectional({ layer: inner, mergeMode: null });
    const [x, ...states] = [[3, 2], [2], [2], [2], [2]].map((shape) => input({ shape }));
    const net = model({ inputs: [x, ...states], outputs: layer.applyAll([x, ...states]) });
    const [forward, backward] = [false, true].map((goBackwards) => {
      const [sequence, ...two] = [[3, 2], [2], [2]].map((shape) => input({ shape }));
      const single = layers.lstm({ units: 2, returnSequences: true, goBackwards });
      return model({ inputs: [sequence, ...two], outputs: single.apply([sequence, ...two]) });
    });
    const weights = net.getWeights();
    expect(weights[0].data).not.toEqual(weights[3].data);
    forward.setWeights(weights.slice(0, 3));
    backward.setWeights(weights.slice(3));
    const given = [
      tensor(values(6, 1), [1, 3, 2]),
      ...[2, 3, 4, 5].map((seed) => tensor(values(2, seed), [1, 2])),
    ];
    const [y, other] = net.predict(given);
    expect(y.data).toEqual(forward.predict(given.slice(0, 3)).data);
    const steps = backward.predict([given[0], ...given.slice(3)]).data;
    expect([...other.data]).toEqual([2, 1, 0].flatMap((t) => [steps[2 * t], steps[2 * t + 1]]));
  });

  test("comes back from a file as it was, and masks of both directions differ", async () => {
    setRandomSeed(7);
    const layer = layers.gru({ units: 3, dropout: 0.5, resetAfter: false, kernelRegularizer: "l2" });
    const net = sequential({
      layers: [
        layers.bidirectional({ layer, inputShape: [4, 2], mergeMode: "ave" }),
        layers.dense({ units: 1 }),
      ],
    });
    net.compile({ loss: "mse" });
    const x = tensor(values(64, 8), [8, 4, 2]);
    await net.fit(x, tensor(values(8, 9), [8, 1]), { epochs: 2, verbose: 0, seed: 1 });
    const copy = loadModel(net.save());
    expect(copy.getConfig()).toEqual(net.getConfig());
    expect((copy.predict(x) as Tensor).data).toEqual(net.predict(x).data);
    const other = layers.lstm({ units: 2, activation: "relu", goBackwards: true });
    const mixed = layers.bidirectional({ layer: layers.simpleRNN({ units: 3 }), backwardLayer: other });
    expect(mixed.apply(input({ shape: [4, 2] })).shape).toEqual([null, 5]);
  });

  test("says what is wrong", () => {
    const make = layers.bidirectional as (options: object) => layers.Layer;
    const layer = layers.gru({ units: 2 });
    expectError(() => make({}), "INVALID_OPTION", /layer must be what layers.simpleRNN/);
    expectError(() => make({ layer: layers.dense({ units: 2 }) }), "INVALID_OPTION", /layer must be what/);
    expectError(() => make({ layer: { className: "GRU" } }), "INVALID_OPTION", /layer must be what/);
    expectError(() => make(layer), "INVALID_OPTION", /\{ layer: \.\.\. \}. Received: a/);
    expectError(() => make({ layer, mergeMode: "max" }), "INVALID_OPTION", /mergeMode must be one of/);
    expectError(() => make({ layer, backwardLayer: layer }), "INVALID_OPTION", /must differ in goBackwards/);
    const penalised = layers.gru({ units: 2, activityRegularizer: "l2" });
    expectError(() => make({ layer: penalised }), "INVALID_OPTION", /activityRegularizer/);
    expectError(() => make({ layer }).apply(input({ shape: [3] })), "SHAPE_MISMATCH", /\[batch, steps/);
    expectError(() => make({ layer }).apply([]), "SHAPE_MISMATCH", /\[batch, steps/);
    const [x, ...states] = [[3, 2], [2], [2], [2]].map((shape) => input({ shape }));
    const backwardLayer = layers.lstm({ units: 2, goBackwards: true });
    const mixed = make({ layer, backwardLayer });
    expectError(
      () => mixed.apply([x, ...states.slice(1)]),
      "SHAPE_MISMATCH",
      /and 3 states. Received: 3 inputs/,
    );
    expect(mixed.apply([x, ...states]).shape).toEqual([null, 4]);
  });

  test("leaves a direction as it is whose layer is not trainable", () => {
    const trainedAfter = (options: Partial<layers.BidirectionalOptions>): boolean[] => {
      setRandomSeed(8);
      const layer = layers.gru({ units: 2 });
      const net = sequential({ layers: [layers.bidirectional({ layer, ...options, inputShape: [3, 2] })] });
      net.compile({ loss: "mse", optimizer: "sgd" });
      const train = (one: typeof net): boolean[] => {
        const before = one.getWeights();
        one.trainOnBatch(tensor(values(12, 1), [2, 3, 2]), tensor(values(8, 2), [2, 4]));
        return one.getWeights().map(({ data }, i) => data.some((value, j) => value !== before[i].data[j]));
      };
      const trained = train(net);
      expect(train(loadModel(net.save()) as typeof net)).toEqual(trained);
      return trained;
    };
    const backwardLayer = layers.gru({ units: 2, goBackwards: true, trainable: false });
    expect(trainedAfter({})).toEqual([true, true, true, true, true, true]);
    expect(trainedAfter({ layer: layers.gru({ units: 2, trainable: false }) })).not.toContain(true);
    expect(trainedAfter({ backwardLayer })).toEqual([true, true, true, false, false, false]);
  });

  test.each([false, true])(
    "sets the flag of both directions with its own, as in Keras; built: %s",
    (isBuilt) => {
      const layer = layers.gru({ units: 2, trainable: false });
      const both = layers.bidirectional({ layer, inputShape: [3, 2] });
      if (isBuilt) sequential({ layers: [both] });
      const changes = (trainable: boolean): boolean[] => {
        both.trainable = trainable;
        const net = sequential({ layers: [both] });
        net.compile({ loss: "mse", optimizer: "sgd" });
        const before = net.getWeights();
        net.trainOnBatch(tensor(values(12, 1), [2, 3, 2]), tensor(values(8, 2), [2, 4]));
        return net.getWeights().map(({ data }, i) => data.some((value, j) => value !== before[i].data[j]));
      };
      expect(changes(true)).not.toContain(false);
      expect(changes(false)).not.toContain(true);
    },
  );

  test("refuses states for one direction alone", () => {
    const layer = layers.lstm({ units: 2 });
    const x = input({ shape: [4, 2] });
    const state = input({ shape: [2] });
    const apply = (states: number) =>
      layers.bidirectional({ layer }).apply([x, ...Array.from({ length: states }, () => state)]);
    expect(apply(0).shape).toEqual([null, 4]);
    expect(apply(4).shape).toEqual([null, 4]);
    for (const states of [1, 2, 3, 5]) {
      const expected = RegExp(
        `bidirectional takes a sequence, or a sequence and 4 states.*: ${states + 1} inputs`,
      );
      expectError(() => apply(states), "SHAPE_MISMATCH", expected);
    }
  });
});
