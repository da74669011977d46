// Merges of sequences with masks: PyTorch's numbers by Keras's steps, finite differences, and what else must hold.
import { readFileSync } from "node:fs";
import { input, layers, model, setRandomSeed, tensor } from "lanegrad";
import type { Model, Tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { values } from "../support/data.js";
import { checkGradients } from "../support/finiteDifferences.js";
import { Masked } from "../support/masked.js";

interface Values {
  shape: number[];
  data: number[];
}

interface Reference {
  kind: Kind;
  inputs: Values[];
  masks: (Values | null)[];
  y: Values;
  dY: Values;
  dInputs: Values[];
}

type Kind = keyof typeof MERGES;

const MERGES = { maximum: layers.maximum, minimum: layers.minimum, multiply: layers.multiply };
const KINDS = Object.keys(MERGES) as Kind[];

const file = new URL("../references/maskedMerges.json", import.meta.url);
const references = JSON.parse(readFileSync(file, "utf8")) as Reference[];

const toTensor = ({ data, shape }: Values): Tensor => tensor(data, shape);

function expectClose(got: Tensor, want: Values, what: string): void {
  expect(got.shape, what).toEqual(want.shape);
  const largest = Math.max(1, ...want.data.map(Math.abs));
  want.data.forEach((value, i) =>
    expect(Math.abs(got.data[i] - value), `${what} ${i}`).toBeLessThan(1e-6 * largest),
  );
}

/** A merge of inputs, of which those with the shape of a mask carry one; the masks are inputs too, after the others. */
function merging(kind: Kind, shapes: readonly number[][], masks: readonly (number[] | null)[]): Model {
  const given = shapes.map((shape) => input({ shape }));
  const shown = masks.map((shape) => (shape === null ? null : input({ shape })));
  const merged = given.map((x, i) => {
    const mask = shown[i];
    return mask === null ? x : new Masked().apply([x, layers.masking().apply(mask)]);
  });
  const inputs = [...given, ...shown.filter((mask) => mask !== null)];
  return model({ inputs, outputs: MERGES[kind]().apply(merged) });
}

describe("PyTorch's numbers within 1e-6 of the largest", () => {
  const titled = references.map((reference) => {
    const shapes = reference.inputs.map(
      ({ shape }, i) => `[${shape.join()}]${reference.masks[i] ? " masked" : ""}`,
    );
    return { reference, title: `${reference.kind} of ${shapes.join(", ")}` };
  });

  test.each(titled)("$title", ({ reference }) => {
    const { kind, inputs, masks, y, dY, dInputs } = reference;
    const behind = ({ shape }: Values): number[] => shape.slice(1);
    const net = merging(kind, inputs.map(behind), masks.map((mask) => mask && behind(mask))); // prettier-ignore
    const x = [...inputs, ...masks.filter((mask) => mask !== null)].map(toTensor);
    expectClose(net.predict(x), y, "prediction");
    const got = net.vjp(x, toTensor(dY));
    expectClose(got.outputs[0], y, "y");
    dInputs.forEach((want, i) => expectClose(got.inputs[i], want, `dX[${i}]`));
  });
});

const ROWS = 3;
const STEPS = 4;
/** Steps that count in both, in one of them and in none. */
const FIRST = [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1];
const SECOND = [1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 1, 0];
const masks = [FIRST, SECOND].map((mask) => tensor(Float32Array.from(mask), [ROWS, STEPS, 1]));

describe.each(KINDS)("%s", (kind) => {
  const net = () => merging(kind, [[STEPS, 2], [STEPS, 2]], [[STEPS, 1], [STEPS, 1]]); // prettier-ignore

  test("takes no value of a step that does not count, unless it counts in none", () => {
    const drawn = [1, 2].map((seed) => values(ROWS * STEPS * 2, seed));
    const results = [0.5, NaN, Infinity, -Infinity].map((other) => {
      const x = drawn.map((all, i) => {
        const held = all.map((value, j) => ([FIRST, SECOND][i][j >> 1] === 0 ? other : value));
        return tensor(held, [ROWS, STEPS, 2]);
      });
      const dY = tensor(values(ROWS * STEPS * 2, 3), [ROWS, STEPS, 2]);
      // The step is 0 in a product, and else the first input's.
      const { outputs, inputs } = net().vjp([...x, ...masks], dY);
      const counts = (_: number, j: number): boolean => FIRST[j >> 1] + SECOND[j >> 1] > 0;
      const rest = outputs[0].data.filter((_, j) => !counts(_, j));
      expect([...rest]).toEqual(Array.from(rest, () => (kind === "multiply" ? 0 : other)));
      inputs.forEach(({ data }) => expect(data.every(Number.isFinite)).toBe(true));
      return [outputs[0].data.filter(counts), inputs.map(({ data }) => data.filter(counts))];
    });
    for (const result of results) expect(result).toEqual(results[0]);
  });

  test("has the gradients that finite differences have, between layers that carry masks", () => {
    setRandomSeed(3);
    const inputs = [2, 2, 1, 1].map((features) => input({ shape: [STEPS, features] }));
    const sequences = [0, 1].map((i) => {
      const masked = new Masked().apply([inputs[i], layers.masking().apply(inputs[2 + i])]);
      // One is larger than the other everywhere, so that no largest one changes.
      const biasInitializer = { name: "constant", value: 3 * i } as const;
      return layers.dense({ units: 2, biasInitializer }).apply(masked);
    });
    const outputs = layers.gru({ units: 2 }).apply(MERGES[kind]().apply(sequences));
    const whole = model({ inputs, outputs });
    whole.compile({ loss: "mse" });
    const x = [1, 2].map((seed) => tensor(values(ROWS * STEPS * 2, seed), [ROWS, STEPS, 2]));
    checkGradients(whole, [...x, ...masks], tensor(values(ROWS * 2, 5), [ROWS, 2]), {
      fixed: [2, 3],
      step: 0.02,
    });
  });

  test("masks of ones change no bit", () => {
    const x = [1, 2].map((seed) => tensor(values(ROWS * STEPS * 2, seed), [ROWS, STEPS, 2]));
    const ones = masks.map(({ size, shape }) => tensor(new Float32Array(size).fill(1), [...shape]));
    const plain = merging(kind, [[STEPS, 2], [STEPS, 2]], [null, null]); // prettier-ignore
    const [got, want] = [net().vjp([...x, ...ones], x[0]), plain.vjp(x, x[0])];
    expect(got.outputs).toEqual(want.outputs);
    expect(got.inputs.slice(0, 2)).toEqual(want.inputs);
  });

  test("masks of different steps are not looked at", () => {
    const [x, y] = [tensor(values(24, 1), [ROWS, STEPS, 2]), tensor(values(6, 2), [ROWS, 1, 2])];
    const shapes = [[STEPS, 2], [1, 2]]; // prettier-ignore
    const zeros = tensor(new Float32Array(ROWS), [ROWS, 1, 1]);
    const got = merging(kind, shapes, [[STEPS, 1], [1, 1]]).predict([x, y, masks[0], zeros]); // prettier-ignore
    expect(got).toEqual(merging(kind, shapes, [null, null]).predict([x, y]));
  });
});
