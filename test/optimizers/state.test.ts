// What an optimizer remembers: saved, resumed, exchanged with the weights, shared.
import { describe, expect, test } from "vitest";
import { layers, optimizers, sequential, tensor } from "../../src/index.js";
import type { Sequential } from "../../src/index.js";
import { applyToTensors } from "../../src/optimizers/apply.js";
import { swapInAverages, swapOutAverages } from "../../src/optimizers/averages.js";
import { toOptimizer } from "../../src/optimizers/spec.js";
import type { Optimizer, OptimizerName, OptimizerSpec } from "../../src/optimizers/index.js";
import { OptimizerState } from "../../src/optimizers/state.js";
import { writeState } from "../../src/optimizers/writeState.js";
import { kernels, memory } from "../../src/runtime/runtime.js";
import { codeOf, rows, values } from "../support/data.js";

const SHAPES = [[3, 5], [5], [2, 3, 4]];
const SIZES = [15, 5, 24];
const NAMES: OptimizerName[] = [
  "sgd",
  "rmsprop",
  "adam",
  "adamw",
  "adamax",
  "nadam",
  "adagrad",
  "adadelta",
  "lion",
  "ftrl",
  "lamb",
  "adafactor",
  "muon",
  "scheduleFreeAdamw",
];

const stateOf = (optimizer: Optimizer) =>
  new OptimizerState(
    optimizer,
    SHAPES.map((shape) => ({ shape, path: "" })),
  );
const startingWeights = () => SIZES.map((size, i) => values(size, i + 1));
const gradientsOf = (step: number) => SIZES.map((size, i) => values(size, 10 * step + i));

/** Steps from `first` up to but not including `end`. */
function train(state: OptimizerState, weights: Float32Array[], first: number, end: number): void {
  for (let step = first; step < end; step++) applyToTensors(state, weights, gradientsOf(step));
}

describe("saving and resuming", () => {
  test.each(NAMES)("%s goes on bit for bit in a new state", (name) => {
    const options = {
      useEma: true,
      gradientAccumulationSteps: 2,
      learningRate: { name: "exponentialDecay", initialLearningRate: 0.1, decaySteps: 3, decayRate: 0.5 },
    } as const;
    const optimizer = toOptimizer({ name, ...options } as OptimizerSpec);
    const state = stateOf(optimizer);
    const weights = startingWeights();
    train(state, weights, 0, 5);

    const resumed = stateOf(optimizer);
    writeState(resumed, state.read().reverse());
    resumed.step = state.step;
    const others = weights.map((array) => array.slice());
    train(state, weights, 5, 9);
    train(resumed, others, 5, 9);
    expect(others).toEqual(weights);
    expect(resumed.read()).toEqual(state.read());
  });

  test("reads and writes the same wherever the block is", () => {
    const optimizer = optimizers.adam();
    const state = stateOf(optimizer);
    train(state, startingWeights(), 0, 3);
    const inside = state.read();
    memory().moveOut(state.block!);
    expect(state.read()).toEqual(inside);
    const other = stateOf(optimizer);
    writeState(other, inside);
    expect(other.read()).toEqual(inside);
    memory().moveIn(other.block!);
    expect(other.read()).toEqual(inside);
  });

  test("names, shapes and first values before any step", () => {
    const described = (optimizer: Optimizer) =>
      stateOf(optimizer)
        .read()
        .map(({ name, weight, shape, values: [first] }) => [name, weight, shape, first]);
    expect(described(optimizers.sgd())).toEqual([]);
    expect(described(optimizers.adagrad()).slice(0, 2)).toEqual([
      ["accumulator", 0, [3, 5], Math.fround(0.1)],
      ["accumulator", 1, [5], Math.fround(0.1)],
    ]);
    expect(described(optimizers.adafactor())).toEqual([
      ["rowVelocity", 0, [3], 0],
      ["columnVelocity", 0, [5], 0],
      ["velocity", 1, [5], 0],
      ["rowVelocity", 2, [2, 3], 0],
      ["columnVelocity", 2, [2, 4], 0],
    ]);
    const names = (optimizer: Optimizer) =>
      described(optimizer).flatMap(([name, i]) => (i === 0 ? [name] : []));
    expect(names(optimizers.adam({ amsgrad: true }))).toEqual(["momentum", "velocity", "velocityHat"]);
    expect(names(optimizers.sgd({ useEma: true, gradientAccumulationSteps: 2 }))).toEqual([
      "average",
      "gradientAccumulator",
    ]);
  });

  test("a state of something else is refused, and nothing changes", () => {
    const state = stateOf(optimizers.adam());
    const saved = state.read();
    const before = state.read();
    saved[0].values.fill(7);
    for (const wrong of [
      saved.slice(1),
      [...saved, saved[0]],
      [saved[0], ...saved.slice(0, -1)],
      [{ ...saved[0], name: "norm" }, ...saved.slice(1)],
      [{ ...saved[0], weight: 3 }, ...saved.slice(1)],
      [{ ...saved[0], shape: [5, 3] }, ...saved.slice(1)],
      [{ ...saved[0], values: new Float32Array(14) }, ...saved.slice(1)],
    ]) {
      expect(codeOf(() => writeState(state, wrong))).toBe("SHAPE_MISMATCH");
      expect(state.read()).toEqual(before);
    }
  });
});

describe("averages", () => {
  /** Runs something on weights in scratch memory, as the trainer would on a layer's. */
  function withPlaces(state: OptimizerState, weights: Float32Array[], work: typeof swapInAverages): void {
    const start = memory().moveInTogether([state.block!], 4096);
    const places = weights.map((array, i) => {
      const address = start + 1024 * i;
      memory().floats.set(array, address / 4);
      return { address };
    });
    work(kernels(), state, places);
    weights.forEach((array, i) =>
      array.set(memory().floats.subarray(places[i].address / 4, places[i].address / 4 + array.length)),
    );
  }

  test("are swapped in and out again, once each, and training goes on as if they had not been", () => {
    const optimizer = optimizers.adam({ useEma: true, emaMomentum: 0.5 });
    const [state, undisturbed] = [stateOf(optimizer), stateOf(optimizer)];
    const [weights, others] = [startingWeights(), startingWeights()];
    train(state, weights, 0, 3);
    train(undisturbed, others, 0, 3);
    const averages = state.read().filter(({ name }) => name === "average");
    for (let time = 0; time < 2; time++) withPlaces(state, weights, swapInAverages);
    expect(state.holdsAverages).toBe(true);
    expect(weights).toEqual(averages.map((average) => average.values));
    expect(weights).not.toEqual(others);
    for (let time = 0; time < 2; time++) withPlaces(state, weights, swapOutAverages);
    expect(state.holdsAverages).toBe(false);
    expect(weights).toEqual(others);
    train(state, weights, 3, 5);
    train(undisturbed, others, 3, 5);
    expect(weights).toEqual(others);
  });

  test("stay out before the first step, and where none are kept", () => {
    for (const useEma of [true, false]) {
      const state = stateOf(optimizers.adam({ useEma }));
      const weights = startingWeights();
      if (!useEma) state.step = 1;
      withPlaces(state, weights, swapInAverages);
      expect(state.holdsAverages).toBe(false);
      expect(weights).toEqual(startingWeights());
    }
  });
});

describe("in a model", () => {
  const x = rows(12, 3, 1);
  const y = rows(12, 2, 2);

  function network(optimizer: Optimizer): Sequential {
    const net = sequential({ layers: [layers.dense({ units: 2, activation: "tanh", inputShape: [3] })] });
    net.compile({ optimizer, loss: "mse" });
    net.setWeights([tensor(rows(3, 2, 3)), tensor([0.1, -0.1])]);
    return net;
  }
  const flat = (net: Sequential) => net.getWeights().flatMap((weight) => Array.from(weight.data));

  test("three accumulated batches of 4 give the step of one batch of 12", () => {
    const settings = { momentum: 0.9, weightDecay: 0.1, clipnorm: 0.05, learningRate: 0.5 };
    const whole = network(optimizers.sgd(settings));
    const parts = network(optimizers.sgd({ ...settings, gradientAccumulationSteps: 3 }));
    for (let epoch = 0; epoch < 4; epoch++) {
      const before = flat(parts);
      for (let start = 0; start < 12; start += 4) {
        expect(flat(parts)).toEqual(before);
        parts.trainOnBatch(x.slice(start, start + 4), y.slice(start, start + 4));
      }
      whole.trainOnBatch(x, y);
      flat(whole).forEach((value, i) => expect(Math.abs(flat(parts)[i] - value)).toBeLessThan(1e-6));
    }
  });

  test("two models share an optimizer with a schedule, averages and accumulation", () => {
    const make = () =>
      optimizers.nadam({
        learningRate: { name: "inverseTimeDecay", initialLearningRate: 0.1, decaySteps: 1, decayRate: 1 },
        useEma: true,
        emaOverwriteFrequency: 2,
        gradientAccumulationSteps: 2,
      });
    const shared = make();
    const [a, b, alone, other] = [network(shared), network(shared), network(make()), network(make())];
    for (let step = 0; step < 3; step++) for (const net of [a, alone]) net.trainOnBatch(x, y);
    for (let step = 0; step < 5; step++) for (const net of [b, a, alone, other]) net.trainOnBatch(x, y);
    expect(flat(a)).toEqual(flat(alone));
    expect(flat(b)).toEqual(flat(other));
    expect(flat(a)).not.toEqual(flat(b));
  });

  test("muon takes layers by name for Adam", () => {
    const make = (options: object, name = "output") => {
      const layer = layers.dense({ units: 2, inputShape: [3], name });
      const net = sequential({ layers: [layer] });
      net.compile({ optimizer: optimizers.muon(options), loss: "mse" });
      net.setWeights([tensor(rows(3, 2, 3)), tensor([0.1, -0.1])]);
      net.trainOnBatch(x, y);
      return flat(net);
    };
    const byMuon = make({});
    const byAdam = make({ excludeLayers: ["out"] });
    expect(byAdam).not.toEqual(byMuon);
    expect(byAdam).toEqual(make({}, "token_Embedding"));
    expect(make({ excludeEmbeddings: false }, "token_Embedding")).toEqual(byMuon);
    expect(make({ excludeLayers: ["^put"] })).toEqual(byMuon);
    // With Adam for all weights it is Adam with decay.
    const linear = sequential({ layers: [layers.dense({ units: 2, inputShape: [3] })] });
    linear.compile({ optimizer: optimizers.adamw(), loss: "mse" });
    linear.setWeights([tensor(rows(3, 2, 3)), tensor([0.1, -0.1])]);
    linear.trainOnBatch(x, y);
    expect(byAdam).toEqual(flat(linear));
  });
});
