// What tests of callbacks have in common.
import { layers, sequential, setRandomSeed } from "lanegrad";
import type { callbacks, CompileOptions, Logs, Model, Sequential } from "lanegrad";
import { rows } from "../support/data.js";

export const x = rows(40, 3, 1);
export const y = x.map(([a, b, c]) => [a - 0.5 * b + c * c]);

/** A small regression model, the same for the same seed. */
export function regression(options: Partial<CompileOptions> = {}, seed = 1): Sequential {
  setRandomSeed(seed);
  const net = sequential({
    layers: [layers.dense({ units: 5, activation: "tanh", inputShape: [3] }), layers.dense({ units: 1 })],
  });
  net.compile({ optimizer: { name: "sgd", learningRate: 0.05 }, loss: "mse", ...options });
  return net;
}

export const weightsOf = (net: Model): Float32Array[] => net.getWeights().map(({ data }) => data);

/** What callbacks use of a model, without the model. */
export interface StubModel {
  stopTraining: boolean;
  optimizer: { learningRate: number };
  save: (options: { includeOptimizer: boolean }) => Uint8Array;
  checkNotTraining: () => void;
}

export function stubModel(): StubModel {
  return {
    stopTraining: false,
    optimizer: { learningRate: 1 },
    save: ({ includeOptimizer }) => Uint8Array.of(includeOptimizer ? 1 : 0),
    checkNotTraining: () => {},
  };
}

/** Drives a callback as fit does, with made-up logs for each epoch; returns the logs as it left them. */
export async function drive(
  callback: callbacks.Callback,
  epochs: readonly Logs[],
  model: StubModel = stubModel(),
): Promise<Logs[]> {
  callback.attach(model as unknown as Model, { epochs: epochs.length, steps: 1, verbose: 0 });
  model.stopTraining = false;
  await callback.onTrainBegin?.();
  const seen: Logs[] = [];
  for (const [epoch, given] of epochs.entries()) {
    const logs = { ...given };
    await callback.onEpochBegin?.(epoch);
    await callback.onEpochEnd?.(epoch, logs);
    seen.push(logs);
    if (model.stopTraining) break;
  }
  await callback.onTrainEnd?.(seen[seen.length - 1] ?? {});
  return seen;
}
