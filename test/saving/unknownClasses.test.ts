// Files that name classes which the program that loads them has not registered.
import { activations, constraints, initializers, layers, loadModel, losses, metrics } from "lanegrad";
import { modelFromJSON, optimizers, regularizers, schedules, sequential } from "lanegrad";
import type { CompileOptions } from "lanegrad";
import { expect, test } from "vitest";
import { expectError } from "../preprocessing/expectError.js";

const Own = {
  Initializer: class Mine extends initializers.CustomInitializer {
    fillValues(): void {}
  },
  Regularizer: class Mine extends regularizers.CustomRegularizer {
    evaluate(): number {
      return 0;
    }
  },
  Constraint: class Mine extends constraints.CustomConstraint {
    constrain(): void {}
  },
  Activation: class Mine extends activations.CustomActivation {
    forward(x: Float32Array, y: Float32Array): void {
      y.set(x);
    }
    backward(_x: Float32Array, _y: Float32Array, dY: Float32Array, dX: Float32Array): void {
      dX.set(dY);
    }
  },
  Loss: class Mine extends losses.CustomLoss {
    forward(_t: Float32Array, _p: Float32Array, _rows: number, _columns: number, each: Float32Array): void {
      each.fill(0);
    }
    backward(_t: Float32Array, _p: Float32Array, _rows: number, _columns: number, d: Float32Array): void {
      d.fill(0);
    }
  },
  Metric: class Mine extends metrics.CustomMetric {
    constructor() {
      super({ name: "mine", stateSize: 1 });
    }
    updateState(): void {}
    result(): number {
      return 0;
    }
  },
  Schedule: class Mine extends schedules.Schedule {
    at(): number {
      return 0.1;
    }
    override getConfig(): Record<string, unknown> {
      return { name: "Mine" };
    }
  },
};

type Dense = Partial<Parameters<typeof layers.dense>[0]>;
const model = (dense: Dense, options: Partial<CompileOptions>) => {
  const net = sequential({ layers: [layers.dense({ units: 1, inputShape: [2], ...dense })] });
  net.compile({ loss: "mse", ...options });
  net.trainOnBatch([[1, 2]], [1]);
  return net;
};
const HINT =
  /must be one of .* A class of your own must be registered first, with registerClass\. Received: "Mine"$/;

test.each<[string, Dense]>([
  ["initializer", { kernelInitializer: new Own.Initializer() }],
  ["regularizer", { kernelRegularizer: new Own.Regularizer() }],
  ["constraint", { kernelConstraint: new Own.Constraint() }],
  ["activation", { activation: new Own.Activation() }],
])("an %s of a layer", (_kind, options) => {
  const net = model(options, {});
  expectError(() => loadModel(net.save()), "INVALID_FILE", HINT);
  expectError(() => modelFromJSON(net.toJSON()), "INVALID_FILE", HINT);
});

test.each<[string, Partial<CompileOptions>]>([
  ["loss", { loss: new Own.Loss() }],
  ["metric", { metrics: [new Own.Metric()] }],
  ["schedule", { optimizer: optimizers.sgd({ learningRate: new Own.Schedule() }) }],
])("a %s", (_kind, options) => {
  const net = model({}, options);
  expectError(() => loadModel(net.save()), "INVALID_FILE", HINT);
  expect(loadModel(net.save({ includeOptimizer: false })).countParams()).toBe(3);
});
