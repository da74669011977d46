// Builds the network that the settings describe.
import { layers, optimizers, sequential, setRandomSeed } from "lanegrad";
import type { Model } from "lanegrad";
import type { Settings, Task } from "./protocol.js";

/** The same weights and the same order of rows every time, so that two runs differ by their settings alone. */
export const SEED = 1;

/** A compiled network for a task. */
export function buildNetwork({ kind, classes, inputs }: Task, settings: Settings): Model {
  const isClass = kind === "class";
  setRandomSeed(SEED);
  const net = sequential();
  settings.hidden.forEach(({ units, activation }, i) => {
    net.add(layers.dense({ units, activation, inputShape: i === 0 ? [inputs.length] : undefined }));
  });
  net.add(
    layers.dense({
      units: isClass ? classes.length : 1,
      activation: isClass ? "softmax" : "linear",
      inputShape: settings.hidden.length === 0 ? [inputs.length] : undefined,
    }),
  );
  net.compile({
    optimizer: optimizers.adam({ learningRate: settings.learningRate }),
    loss: isClass ? "sparseCategoricalCrossentropy" : "meanSquaredError",
    metrics: isClass ? ["accuracy"] : ["meanAbsoluteError"],
  });
  return net;
}
