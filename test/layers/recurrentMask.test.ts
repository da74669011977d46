// Recurrent layers over sequences with a mask: PyTorch's numbers, finite differences, and what else must hold.
import { readFileSync } from "node:fs";
import { input, layers, loadModel, model, sequential, setRandomSeed, tensor } from "lanegrad";
import type { SymbolicTensor, Tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { values } from "../support/data.js";
import { checkGradients } from "../support/finiteDifferences.js";
import { Masked } from "../support/masked.js";

interface Values {
  shape: number[];
  data: number[];
}

interface Reference {
  kind: (typeof KINDS)[number];
  options: layers.LSTMOptions & layers.GRUOptions;
  mergeMode?: layers.BidirectionalOptions["mergeMode"];
  mask: Values;
  inputs: Values[];
  weights: Values[];
  outputs: Values[];
  dOutputs: Values[];
  dInputs: Values[];
  dWeights: Record<string, Values>;
}

const file = new URL("../references/masks.json", import.meta.url);
const references = JSON.parse(readFileSync(file, "utf8")) as Reference[];

const KINDS = ["simpleRNN", "lstm", "gru"] as const;
const makers = { simpleRNN: layers.simpleRNN, lstm: layers.lstm, gru: layers.gru };

const toTensor = ({ data, shape }: Values): Tensor => tensor(data, shape);

function expectClose(got: Tensor | undefined, want: Values, what: string): void {
  expect(got?.shape, what).toEqual(want.shape);
  const largest = Math.max(1, ...want.data.map(Math.abs));
  want.data.forEach((value, i) =>
    expect(Math.abs((got?.data[i] ?? NaN) - value), `${what} ${i}`).toBeLessThan(3e-6 * largest),
  );
}

/** A layer on sequences, the mask of others, and states to start from. */
function over(layer: layers.Layer, steps: number, features: number, states: readonly number[] = []) {
  const [x, mask] = [input({ shape: [steps, features] }), input({ shape: [steps, 1] })];
  const starts = states.map((units) => input({ shape: [units] }));
  const masked = new Masked().apply([x, layers.masking().apply(mask)]);
  return { inputs: [x, mask, ...starts], outputs: layer.applyAll([masked, ...starts]) };
}

describe("PyTorch's numbers within 3e-6 of the largest", () => {
  const titled = references.map((reference) => {
    const { kind, options, mergeMode = "", inputs } = reference;
    return { reference, title: `${mergeMode} ${kind} ${JSON.stringify(options)} ${inputs.length} inputs` };
  });

  test.each(titled)("$title", ({ reference }) => {
    const { kind, options, mergeMode, mask } = reference;
    const single = makers[kind](options);
    const layer = mergeMode === undefined ? single : layers.bidirectional({ layer: single, mergeMode });
    const [{ shape }, ...states] = reference.inputs;
    const net = model(over(layer, shape[1], shape[2], states.map((state) => state.shape[1]))); // prettier-ignore
    net.setWeights(reference.weights.map(toTensor));
    const [sequence, ...starts] = reference.inputs.map(toTensor);
    const x = [sequence, toTensor(mask), ...starts];
    net.predict(x).forEach((y, i) => expectClose(y, reference.outputs[i], `prediction ${i}`));
    const dY = reference.dOutputs.map(toTensor);
    const { outputs, inputs, weights } = net.vjp(x, dY.length === 1 ? dY[0] : dY);
    outputs.forEach((y, i) => expectClose(y, reference.outputs[i], `output ${i}`));
    const [dX, dMask, ...dStates] = inputs;
    expect([...dMask.data]).toEqual(mask.data.map(() => 0));
    [dX, ...dStates].forEach((got, i) => expectClose(got, reference.dInputs[i], `dInput ${i}`));
    expect(weights.size).toBe(Object.keys(reference.dWeights).length);
    for (const [name, want] of Object.entries(reference.dWeights)) {
      expectClose(weights.get(`${layer.name}/${name}`), want, name);
    }
  });
});

const STEPS = 5;
const MASK = [1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1];
const mask = tensor(Float32Array.from(MASK), [4, STEPS, 1]);

describe.each(KINDS)("%s", (kind) => {
  const plain = { units: 3, returnSequences: true } as const;

  test.each([
    { units: 3 },
    { ...plain, goBackwards: true, zeroOutputForMask: true },
    { ...plain, dropout: 0.3, recurrentDropout: 0.4, seed: 2 },
    ...(kind === "gru" ? [{ ...plain, resetAfter: false, recurrentDropout: 0.3 }] : []),
  ])("has the gradients that finite differences have: %j", (options) => {
    setRandomSeed(6);
    const { inputs, outputs } = over(makers[kind](options), STEPS, 2);
    // The loss counts the steps of the mask alone, unless a layer in between loses it.
    const net = model({ inputs, outputs: outputs[0] });
    net.compile({ loss: "mse" });
    const x = [tensor(values(4 * STEPS * 2, 1), [4, STEPS, 2]), mask];
    const shape = net.outputs[0].shape.slice(1).map(Number);
    const y = tensor(values(4 * shape.reduce((a, b) => a * b), 2), [4, ...shape]);
    checkGradients(net, x, y, { fixed: [1], step: 0.04 });
  });

  test("stacked, both directions, has the gradients that finite differences have", () => {
    setRandomSeed(7);
    const first = layers.bidirectional({ layer: makers[kind]({ units: 2, returnSequences: true }) });
    const { inputs, outputs } = over(first, STEPS, 2);
    const net = model({ inputs, outputs: makers[kind]({ units: 2 }).apply(outputs[0]) });
    net.compile({ loss: "mse" });
    const x = [tensor(values(4 * STEPS * 2, 1), [4, STEPS, 2]), mask];
    checkGradients(net, x, tensor(values(8, 2), [4, 2]), { fixed: [1], step: 0.04 });
  });

  test("does as if steps that do not count were not there", () => {
    setRandomSeed(8);
    const layer = makers[kind]({ units: 3 });
    const masked = model(over(layer, STEPS, 2));
    const short = input({ shape: [2, 2] });
    const plainNet = model({ inputs: short, outputs: layer.apply(short) });
    const x = values(STEPS * 2, 3);
    // What a step that does not count holds must not matter.
    for (const other of [0.5, NaN]) {
      const hidden = Float32Array.from(x, (value, i) => ([2, 3, 4, 5, 8, 9].includes(i) ? other : value));
      const counts = tensor(Float32Array.of(1, 0, 0, 1, 0), [1, STEPS, 1]);
      const [y] = masked.predict([tensor(hidden, [1, STEPS, 2]), counts]);
      const want = plainNet.predict(tensor(Float32Array.of(x[0], x[1], x[6], x[7]), [1, 2, 2]));
      expect(y.data).toEqual(want.data);
    }
  });

  test("a mask of ones changes no bit, forward or backward", () => {
    setRandomSeed(9);
    const layer = makers[kind]({ units: 5, returnSequences: true, recurrentDropout: 0.2, seed: 1 });
    const masked = model(over(layer, 4, 3));
    const whole = input({ shape: [4, 3] });
    const net = model({ inputs: whole, outputs: layer.applyAll(whole) });
    const [x, dY] = [tensor(values(3 * 12, 1), [3, 4, 3]), tensor(values(3 * 20, 2), [3, 4, 5])];
    const ones = tensor(new Float32Array(12).fill(1), [3, 4, 1]);
    const got = masked.vjp([x, ones], dY, { training: true });
    const want = net.vjp(x, dY, { training: true });
    expect(got.outputs[0].data).toEqual(want.outputs[0].data);
    expect(got.inputs[0].data).toEqual(want.inputs[0].data);
    expect([...got.weights.values()]).toEqual([...want.weights.values()]);
  });

  test("a row has the same bits alone and in a batch", () => {
    setRandomSeed(10);
    const net = model(over(makers[kind]({ units: 9, returnSequences: true }), STEPS, 2));
    const x = values(4 * STEPS * 2, 4);
    const [all] = net.predict([tensor(x, [4, STEPS, 2]), mask]);
    for (let row = 0; row < 4; row++) {
      const steps = tensor(mask.data.slice(row * STEPS, (row + 1) * STEPS), [1, STEPS, 1]);
      const [one] = net.predict([
        tensor(x.slice(row * STEPS * 2, (row + 1) * STEPS * 2), [1, STEPS, 2]),
        steps,
      ]);
      expect(one.data).toEqual(all.data.slice(row * STEPS * 9, (row + 1) * STEPS * 9));
    }
  });

  test("hands the mask on with all steps, in their order", () => {
    const means = (options: object, wrap: (layer: layers.Layer) => layers.Layer = (layer) => layer) => {
      setRandomSeed(11);
      const layer = wrap(makers[kind]({ units: 1, returnSequences: true, ...options }) as layers.Layer);
      const { inputs, outputs } = over(layer, 3, 1);
      const pooled = layers.globalAveragePooling1d().apply(outputs[0]);
      const net = model({ inputs, outputs: [outputs[0], pooled] });
      const x = tensor(values(3, 5), [1, 3, 1]);
      return net.predict([x, tensor(Float32Array.of(1, 1, 0), [1, 3, 1])]).map(({ data }) => [...data]);
    };
    const [forward, mean] = means({});
    expect(mean[0]).toBeCloseTo((forward[0] + forward[1]) / 2, 6);
    // Backwards the step that does not count comes first.
    const [backward, other] = means({ goBackwards: true });
    expect(backward[0]).toBe(0);
    expect(other[0]).toBeCloseTo((backward[1] + backward[2]) / 2, 6);
    const [both, [a, b]] = means({}, (layer) => layers.bidirectional({ layer: layer as never }));
    expect(a).toBeCloseTo((both[0] + both[2]) / 2, 6);
    expect(b).toBeCloseTo((both[1] + both[3]) / 2, 6);
    expect(both.slice(4)).toEqual([0, 0]);
  });

  test("learns from words with padding and comes back from a file as it was", async () => {
    setRandomSeed(12);
    const net = sequential({
      layers: [
        layers.embedding({ inputDim: 9, outputDim: 4, maskZero: true, inputShape: [6] }),
        layers.bidirectional({ layer: makers[kind]({ units: 4, returnSequences: true }) }),
        makers[kind]({ units: 4 }),
        layers.dense({ units: 1, activation: "sigmoid" }),
      ],
    });
    net.compile({ optimizer: { name: "adam", learningRate: 0.03 }, loss: "binaryCrossentropy" });
    // Whether 8 is among the words, of which there are 1 to 6.
    const words = Array.from(values(50 * 6, 13, 4), (value, i) =>
      i % 6 <= Math.floor(i / 6) % 6 ? Math.floor(value + 4) + 1 : 0,
    );
    const x = tensor(Float32Array.from(words), [50, 6]);
    const y = Array.from({ length: 50 }, (_, i) => Number(words.slice(6 * i, 6 * i + 6).includes(8)));
    const { history } = await net.fit(x, y, { epochs: 60, batchSize: 16, verbose: 0, seed: 1 });
    expect(history.loss[59]).toBeLessThan(0.5 * history.loss[0]);
    const copy = loadModel(net.save());
    expect(copy.getConfig()).toEqual(net.getConfig());
    expect((copy.predict(x) as Tensor).data).toEqual(net.predict(x).data);
  });
});

test("only an output that shows all steps carries the mask", () => {
  const carries = (make: (x: SymbolicTensor) => readonly SymbolicTensor[]) => {
    const found: boolean[] = [];
    class Look extends Masked {
      override forward(call: layers.CustomLayerForward): void {
        found.push(call.masks[0] !== null);
        super.forward(call);
      }
    }
    const x = input({ shape: [3, 1] });
    const outputs = make(layers.masking().apply(x)).map((y) => new Look().apply(y));
    model({ inputs: x, outputs }).predict([[[1], [2], [0]]]);
    return found;
  };
  const options = { units: 2, returnState: true };
  expect(carries((x) => layers.lstm({ ...options, returnSequences: true }).applyAll(x))).toEqual([true, false, false]); // prettier-ignore
  expect(carries((x) => layers.gru(options).applyAll(x))).toEqual([false, false]);
  const layer = layers.simpleRNN({ ...options, returnSequences: true });
  expect(carries((x) => layers.bidirectional({ layer, mergeMode: null }).applyAll(x))).toEqual([true, true, false, false]); // prettier-ignore
});
