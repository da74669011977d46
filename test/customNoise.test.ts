// Normal numbers in layers of one's own, and a variational autoencoder made of them.
import { input, layers, losses, model, regularizers, sequential, setRandomSeed, tensor } from "lanegrad";
import type { Model } from "lanegrad";
import { describe, expect, test } from "vitest";
import { rows } from "./support/data.js";
import { checkGradients } from "./support/finiteDifferences.js";

type Drawing = (call: layers.CustomLayerForward) => number[];

/** Notes what it draws, and passes its input on. */
class Watch extends layers.CustomLayer {
  forwards: number[] = [];
  backwards: number[] = [];

  constructor(readonly draw: Drawing) {
    super();
  }

  forward(call: layers.CustomLayerForward): void {
    this.forwards = this.draw(call);
    call.output.set(call.inputs[0]);
  }

  backward(call: layers.CustomLayerBackward): void {
    this.backwards = this.draw(call);
    call.dInputs[0]?.set(call.dOutput);
  }
}

/** What a layer draws in a training step. */
function drawn(draw: Drawing, seed = 1, steps = 1): Watch {
  setRandomSeed(seed);
  const layer = new Watch(draw);
  const net = sequential({
    layers: [layers.dense({ units: 2, inputShape: [2] }), layer, layers.dense({ units: 1 })],
  });
  net.compile({ loss: "mse" });
  for (let step = 0; step < steps; step++) net.trainOnBatch(rows(3, 2, 1), [0, 1, 2]);
  return layer;
}

const times = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);

describe("randomNormal", () => {
  test("makes two uniform numbers into a normal one as Box and Muller do", () => {
    const uniform = drawn(({ random }) => times(60, random)).forwards;
    const normal = drawn(({ randomNormal }) => times(30, randomNormal)).forwards;
    normal.forEach((value, i) => {
      const [a, b] = uniform.slice(2 * i);
      expect(value).toBeCloseTo(Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b), 12);
    });
  });

  test("has the moments of the standard normal distribution", () => {
    const count = 40_000;
    const values = drawn(({ randomNormal }) => times(count, randomNormal)).forwards;
    const mean = (f: (value: number) => number): number =>
      values.reduce((sum, value) => sum + f(value), 0) / count;
    // Four standard errors of each.
    expect(Math.abs(mean((value) => value))).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(mean((value) => value ** 2) - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    expect(Math.abs(mean((value) => value ** 4) - 3)).toBeLessThan(4 * Math.sqrt(96 / count));
    const inside = mean((value) => (Math.abs(value) < 1 ? 1 : 0));
    expect(Math.abs(inside - 0.68269)).toBeLessThan(4 * Math.sqrt((0.68269 * 0.31731) / count));
  });

  test("comes in turn with random, again in backward, and others come in each step and for each seed", () => {
    const mixed: Drawing = ({ random, randomNormal }) => [random(), randomNormal(), random(), randomNormal()];
    const layer = drawn(mixed);
    expect(layer.backwards).toEqual(layer.forwards);
    const uniform = drawn(({ random }) => times(4, random)).forwards;
    expect([layer.forwards[0], layer.forwards[2]]).toEqual([uniform[0], uniform[3]]);
    expect(drawn(mixed).forwards).toEqual(layer.forwards);
    for (const other of [drawn(mixed, 2), drawn(mixed, 1, 2)]) {
      other.forwards.forEach((value, i) => expect(value).not.toBe(layer.forwards[i]));
    }
  });
});

class Sampling extends layers.CustomLayer {
  forward({ inputs, output, training, randomNormal }: layers.CustomLayerForward): void {
    const [mean, logVariance] = inputs;
    for (let i = 0; i < output.length; i++) {
      output[i] = training ? mean[i] + Math.exp(logVariance[i] / 2) * randomNormal() : mean[i];
    }
  }

  backward({ inputs, output, dOutput, dInputs: [dMean, dLogVariance] }: layers.CustomLayerBackward): void {
    for (let i = 0; i < output.length; i++) {
      if (dMean !== null) dMean[i] = dOutput[i];
      if (dLogVariance !== null) dLogVariance[i] = (dOutput[i] * (output[i] - inputs[0][i])) / 2;
    }
  }
}

class VariancePenalty extends regularizers.CustomRegularizer {
  evaluate(logVariance: Float32Array, gradient: Float32Array): number {
    let sum = 0;
    for (let i = 0; i < logVariance.length; i++) {
      const variance = Math.exp(logVariance[i]);
      sum += (variance - 1 - logVariance[i]) / 2;
      gradient[i] = (variance - 1) / 2;
    }
    return sum;
  }
}

describe("a variational autoencoder of a layer and a penalty of one's own", () => {
  const x = rows(6, 5, 3).map((row) => row.map((value) => (value + 1) / 2));

  function make(): { net: Model; encoder: Model } {
    setRandomSeed(4);
    const entrance = input({ shape: [5] });
    const hidden = layers.dense({ units: 6, activation: "tanh" }).apply(entrance);
    const mean = layers.dense({ units: 2, activityRegularizer: regularizers.l2({ l2: 0.5 }) }).apply(hidden);
    const logVariance = layers.dense({ units: 2, activityRegularizer: new VariancePenalty() }).apply(hidden);
    const decoder = sequential({
      layers: [
        layers.dense({ units: 6, activation: "tanh", inputShape: [2] }),
        layers.dense({ units: 5, activation: "sigmoid" }),
      ],
    });
    const place = new Sampling().apply([mean, logVariance]);
    const net = model({ inputs: entrance, outputs: decoder.apply(place) }) as Model;
    const encoder = model({ inputs: entrance, outputs: [mean, logVariance] }) as unknown as Model;
    net.compile({ loss: "binaryCrossentropy", optimizer: { name: "adam", learningRate: 0.02 } });
    return { net, encoder };
  }

  test("its gradients are those of finite differences, through the noise", () => {
    checkGradients(make().net, [tensor(x)], x);
  });

  test("its loss has the divergence from the standard normal distribution", () => {
    const { net, encoder } = make();
    const [means, logVariances] = (encoder.predict(x) as unknown as { data: Float32Array }[]).map(
      ({ data }) => data,
    );
    let divergence = 0;
    means.forEach((mean, i) => {
      const variance = Math.exp(logVariances[i]);
      divergence += 0.5 * (mean * mean + variance - 1 - Math.log(variance));
    });
    const reconstruction = losses.binaryCrossentropy().value(x, net.predict(x));
    expect(net.evaluate(x, x).loss).toBeCloseTo(reconstruction + divergence / x.length, 6);
  });

  test("trains: the divergence is small where nothing is to be told", async () => {
    const { net, encoder } = make();
    const same = x.map(() => [0.5, 0.5, 0.5, 0.5, 0.5]);
    await net.fit(x, same, { epochs: 300, verbose: 0 });
    for (const { data } of encoder.predict(x) as unknown as { data: Float32Array }[]) {
      for (const value of data) expect(Math.abs(value)).toBeLessThan(0.1);
    }
  });
});
