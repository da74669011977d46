// What an optimizer remembers of weights that no longer get a gradient.
import { layers, optimizers, sequential } from "lanegrad";
import { expect, test } from "vitest";
import { readSafetensors } from "../../src/saving/safetensors.js";

/** More steps than a running mean of 0.95 needs to go from 1 to below the smallest normal number. */
const STEPS = 2000;

const SMALLEST_NORMAL = 2 ** -126;

const REMEMBERING = {
  "sgd with momentum": optimizers.sgd({ momentum: 0.9 }),
  rmsprop: optimizers.rmsprop({ momentum: 0.5, centered: true }),
  adam: optimizers.adam({ beta2: 0.95 }),
  adamax: optimizers.adamax({ beta2: 0.95 }),
  nadam: optimizers.nadam({ beta2: 0.95 }),
  lion: optimizers.lion({ beta2: 0.95 }),
  lamb: optimizers.lamb({ beta2: 0.95 }),
  adadelta: optimizers.adadelta(),
};

test.each(Object.entries(REMEMBERING))(
  "%s: means become 0, not numbers so small that processors are slow",
  (_, optimizer) => {
    const net = sequential({ layers: [layers.dense({ units: 3, useBias: false, inputShape: [3] })] });
    net.compile({ optimizer, loss: "mse" });
    net.trainOnBatch([[1, 2, 3]], [[9, 9, 9]]);
    // From now on the gradient is exactly 0.
    for (let i = 0; i < STEPS; i++) net.trainOnBatch([[0, 0, 0]], [[0, 0, 0]]);
    const { tensors } = readSafetensors(net.save());
    const remembered = [...tensors].filter(([name]) => name.startsWith("optimizer/"));
    expect(remembered.length).toBeGreaterThan(0);
    for (const [name, tensor] of remembered) {
      const tiny = tensor.values().filter((value) => value !== 0 && Math.abs(value) < SMALLEST_NORMAL);
      expect([...tiny], name).toEqual([]);
    }
  },
);
