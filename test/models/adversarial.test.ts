// Two networks against each other: a discriminator that is compiled by itself and frozen in the model of both.
import { layers, losses, sequential, setRandomSeed, tensor } from "lanegrad";
import type { Sequential } from "lanegrad";
import { expect, test } from "vitest";
import { rows } from "../support/data.js";
import { checkGradients } from "../support/finiteDifferences.js";

const noise = rows(8, 3, 1);
const real = rows(8, 2, 2);
const ones = noise.map(() => 1);

interface Pair {
  generator: Sequential;
  discriminator: Sequential;
  adversary: Sequential;
}

/** @param inner what is between the layers of the discriminator */
function pair(inner: () => layers.Layer[] = () => []): Pair {
  setRandomSeed(5);
  const generator = sequential({
    layers: [
      layers.dense({ units: 4, inputShape: [3] }),
      layers.batchNormalization(),
      layers.activation({ activation: "tanh" }),
      layers.dense({ units: 2 }),
    ],
  });
  const discriminator = sequential({
    layers: [
      layers.dense({ units: 4, activation: "tanh", inputShape: [2] }),
      ...inner(),
      layers.dense({ units: 1 }),
    ],
  });
  const options = { optimizer: "adam", loss: losses.binaryCrossentropy({ fromLogits: true }) } as const;
  discriminator.compile(options);
  discriminator.trainable = false;
  const adversary = sequential({ layers: [generator, discriminator] });
  adversary.compile(options);
  return { generator, discriminator, adversary };
}

const valuesOf = (net: Sequential): number[][] => net.getWeights().map(({ data }) => Array.from(data));

/** One step of the discriminator, on real and generated rows. */
function judge({ generator, discriminator }: Pair): void {
  const made = generator.predict(noise).toArray() as number[][];
  discriminator.trainOnBatch([...real, ...made], [...ones, ...ones.map(() => 0)]);
}

test("each of the two learns in its own turn alone, moving statistics included", () => {
  const both = pair(() => [layers.batchNormalization()]);
  const { generator, discriminator, adversary } = both;
  for (let round = 0; round < 3; round++) {
    const before = { generator: valuesOf(generator), discriminator: valuesOf(discriminator) };
    judge(both);
    expect(valuesOf(generator)).toEqual(before.generator);
    valuesOf(discriminator).forEach((value, i) => expect(value).not.toEqual(before.discriminator[i]));

    const after = valuesOf(discriminator);
    adversary.trainOnBatch(noise, ones);
    expect(valuesOf(discriminator)).toEqual(after);
    valuesOf(generator).forEach((value, i) => expect(value).not.toEqual(before.generator[i]));
  }
});

test("the generator's gradients are those of the loss through the discriminator", () => {
  const both = pair();
  judge(both);
  const { generator, discriminator, adversary } = both;
  const { weights, inputs } = adversary.gradients(noise, ones);
  expect([...weights.keys()].every((path) => path.startsWith("sequential/"))).toBe(true);
  expect(weights.size).toBe(6);
  checkGradients(adversary, [tensor(noise)], ones);

  // The same by hand: the loss by the generated rows, and on from there. Both in training mode.
  const { outputs } = generator.vjp(noise, tensor(new Float32Array(16), [8, 2]), { training: true });
  const [dMade] = discriminator.gradients(outputs[0], ones).inputs;
  const byHand = generator.vjp(noise, dMade, { training: true });
  const near = (got: Float32Array, want: Float32Array): void => {
    got.forEach((value, i) => expect(value).toBeCloseTo(want[i], 6));
  };
  near(inputs[0].data, byHand.inputs[0].data);
  for (const [path, { data }] of byHand.weights) {
    near(weights.get(`sequential/${path}`)?.data ?? new Float32Array(), data);
  }
});

test("batch normalization of the frozen discriminator goes by its moving statistics", () => {
  const both = pair(() => [layers.batchNormalization({ momentum: 0.5 })]);
  judge(both);
  const { generator, discriminator, adversary } = both;
  const { loss } = adversary.gradients(noise, ones);
  // The generator's own normalization is in training, the discriminator's is not.
  const zeros = tensor(new Float32Array(16), [8, 2]);
  const [made] = generator.vjp(noise, zeros, { training: true }).outputs;
  const entropy = losses.binaryCrossentropy({ fromLogits: true });
  const column = ones.map((one) => [one]);
  expect(loss).toBeCloseTo(entropy.value(column, discriminator.predict(made)), 6);
  const inTraining = discriminator.gradients(made, ones).loss;
  expect(Math.abs(loss - inTraining)).toBeGreaterThan(1e-3);
});

test("dropout of the frozen discriminator goes on, as in Keras", () => {
  const both = pair(() => [layers.dropout({ rate: 0.5 })]);
  const { generator, adversary } = both;
  const losing = new Set<number>();
  for (let step = 0; step < 4; step++) {
    const before = generator.getWeights();
    losing.add(adversary.trainOnBatch(noise, ones).loss);
    generator.setWeights(before);
  }
  expect(losing.size).toBe(4);
});

test("a discriminator that is compiled again is frozen, unless the flag is set back first", () => {
  const both = pair();
  const { discriminator } = both;
  const options = { optimizer: "sgd", loss: losses.binaryCrossentropy({ fromLogits: true }) } as const;
  const before = valuesOf(discriminator);
  discriminator.compile(options);
  judge(both);
  expect(valuesOf(discriminator)).toEqual(before);
  discriminator.trainable = true;
  discriminator.compile(options);
  discriminator.trainable = false;
  judge(both);
  expect(valuesOf(discriminator)).not.toEqual(before);
});
