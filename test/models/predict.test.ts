// One row in a Float32Array takes a short way through predict: it must give what all other ways give.
import { input, layers, model, sequential, tensor } from "lanegrad";
import type { Sequential } from "lanegrad";
import { describe, expect, test } from "vitest";
import { expectError } from "../support/errors.js";
import { rows } from "../support/data.js";

const x = rows(5, 6, 1);

function network(): Sequential {
  return sequential({
    layers: [
      layers.dense({ units: 7, activation: "tanh", inputShape: [6] }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
  });
}

describe("one row", () => {
  test("has the same bits in every form, and in a batch", () => {
    const net = network();
    const all = net.predict(x);
    x.forEach((row, i) => {
      const flat = Float32Array.from(row);
      const alone = net.predict(flat);
      expect(alone.shape).toEqual([1, 3]);
      expect(alone.data).toEqual(all.data.slice(3 * i, 3 * i + 3));
      expect(net.predict([row]).data).toEqual(alone.data);
      expect(net.predict(Float64Array.from(flat)).data).toEqual(alone.data);
      expect(net.predict(flat, { batchSize: 4 }).data).toEqual(alone.data);
    });
  });

  test("is not touched, and the result is its own", () => {
    const net = network();
    const row = Float32Array.from(x[0]);
    const first = net.predict(row);
    const before = first.data.slice();
    net.predict(Float32Array.from(x[1]));
    network().predict(x);
    expect(first.data).toEqual(before);
    expect(row).toEqual(Float32Array.from(x[0]));
    expect(Object.isFrozen(first.shape)).toBe(true);
  });

  test("follows memory that moves, weights that change and layers that come and go", () => {
    const net = network();
    const row = Float32Array.from(x[0]);
    const before = net.predict(row).data;
    net.dispose();
    expect(net.predict(row).data).toEqual(before);
    net.setWeights(net.getWeights().map(({ data, shape }) => tensor(new Float32Array(data.length), shape)));
    expect(Array.from(net.predict(row).data)).toEqual([1 / 3, 1 / 3, 1 / 3].map(Math.fround));
    net.pop();
    expect(Array.from(net.predict(row).data)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  test("of another length is as many rows as it holds, or an error", () => {
    const net = network();
    net.predict(Float32Array.from(x[0]));
    expect(net.predict(Float32Array.from(x.flat())).shape).toEqual([5, 3]);
    expectError(() => net.predict(new Float32Array(7)), "SHAPE_MISMATCH", /rows of 6 values/);
    expectError(() => net.predict(new Float32Array(0)), "INVALID_DATA", /at least one row/);
  });

  test("of a model with several outputs, or of several axes", () => {
    const entrance = input({ shape: [2, 3] });
    const flat = layers.flatten().apply(entrance);
    const net = model({
      inputs: entrance,
      outputs: [flat, layers.permute({ dims: [2, 1] }).apply(entrance)],
    });
    const [same, turned] = net.predict(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(same.toArray()).toEqual([[1, 2, 3, 4, 5, 6]]);
    expect(turned.shape).toEqual([1, 3, 2]);
    expect(Array.from(turned.data)).toEqual([1, 4, 2, 5, 3, 6]);
  });
});

test("steps end a prediction: so many batches of rows, or of an iterable, however large these are", () => {
  const net = network();
  const all = net.predict(x).data;
  expect(net.predict(x, { batchSize: 2, steps: 2 }).data).toEqual(all.slice(0, 3 * 4));
  expect(net.predict(x, { batchSize: 2, steps: 9 }).data).toEqual(all);
  const batches = [{ x: x.slice(0, 3) }, { x: x.slice(3) }];
  expect(net.predict(batches, { batchSize: 2, steps: 1 }).data).toEqual(all.slice(0, 3 * 3));
});
