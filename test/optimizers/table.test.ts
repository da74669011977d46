// The table of weights that kernels of updates read: true whatever has moved, and not needed by an optimizer of one weight.
import { describe, expect, test } from "vitest";
import { layers, optimizers, sequential } from "../../src/index.js";
import type { Sequential } from "../../src/index.js";
import { Optimizer } from "../../src/optimizers/optimizer.js";
import type { OptimizerSpec } from "../../src/optimizers/index.js";
import type { Slot, WeightSlots } from "../../src/optimizers/slots.js";
import type { Kernels } from "../../src/runtime/kernels/index.js";
import { rows } from "../support/data.js";

const x = rows(40, 6, 1);
const y = rows(40, 2, 2);

const initializer = (seed: number) => ({ name: "glorotUniform", seed }) as const;

function compiled(optimizer: OptimizerSpec): Sequential {
  const net = sequential({
    layers: [
      layers.dense({ units: 5, activation: "tanh", inputShape: [6], kernelInitializer: initializer(1) }),
      layers.dense({ units: 2, kernelInitializer: initializer(2) }),
    ],
  });
  net.compile({ optimizer, loss: "mse" });
  return net;
}

/** Batches that grow and shrink, so that gradients lie elsewhere; something may happen before each. */
function train(net: Sequential, before: (net: Sequential) => void): number[][] {
  for (const count of [3, 40, 3, 7, 40]) {
    before(net);
    net.trainOnBatch(x.slice(0, count), y.slice(0, count));
  }
  return net.getWeights().map(({ data }) => Array.from(data));
}

const OPTIMIZERS: Record<string, () => OptimizerSpec> = {
  sgd: () => optimizers.sgd({ learningRate: 0.1 }),
  "sgd, momentum": () => optimizers.sgd({ learningRate: 0.1, momentum: 0.9 }),
  rmsprop: () => optimizers.rmsprop({ centered: true, momentum: 0.5 }),
  "adam, amsgrad, averages, accumulation": () =>
    optimizers.adam({ amsgrad: true, useEma: true, gradientAccumulationSteps: 2 }),
  adamw: () => "adamw",
  muon: () => "muon",
  "two groups": () =>
    optimizers.multi({ optimizers: { ".*kernel": "adam", ".*_1/bias": "sgd" }, default: "rmsprop" }),
};

describe("a step after weights, gradients or what is remembered have moved", () => {
  test.each(Object.entries(OPTIMIZERS))("%s: the same bits", (_, optimizer) => {
    const still = train(compiled(optimizer()), () => {});
    const others: Sequential[] = [];
    const moved = train(compiled(optimizer()), (net) => {
      net.dispose();
      const other = compiled(optimizer());
      other.trainOnBatch(x, y);
      others.push(other);
    });
    expect(moved).toEqual(still);
  });
});

/** Gradient descent with a rule for one weight alone. */
class OneByOne extends Optimizer {
  readonly name = "oneByOne";

  constructor() {
    super("oneByOne", { weightDecay: 0.01 }, [], { learningRate: 0.1 });
  }

  override slots(): Slot[] {
    return [];
  }

  override update(k: Kernels, weight: number, gradient: number, { size }: WeightSlots): void {
    k.blend(weight, gradient, size, 1, -this.learningRate);
  }
}

test("an optimizer that has update alone works, with weight decay", () => {
  const expected = train(compiled(optimizers.sgd({ learningRate: 0.1, weightDecay: 0.01 })), () => {});
  const found = train(compiled(new OneByOne()), () => {});
  expect(found.length).toBe(expected.length);
  found.forEach((values, i) =>
    values.forEach((value, j) => expect(Math.abs(value - expected[i][j])).toBeLessThan(1e-6)),
  );
});

test("a model without trained weights takes steps", () => {
  const net = sequential({ layers: [layers.dense({ units: 2, inputShape: [6], trainable: false })] });
  net.compile({ optimizer: "adam", loss: "mse" });
  const before = net.getWeights().map(({ data }) => Array.from(data));
  net.trainOnBatch(x, y);
  expect(net.getWeights().map(({ data }) => Array.from(data))).toEqual(before);
});
