// Classes of one's own as someone writes them who knows Keras, or JavaScript alone: what they lack, and what they must not have.
import { readFileSync } from "node:fs";
import {
  constraints,
  initializers,
  input,
  layers,
  losses,
  metrics,
  regularizers,
  sequential,
} from "lanegrad";
import type { Model } from "lanegrad";
import { describe, expect, test } from "vitest";
import { codeOf } from "./support/data.js";

describe("classes of one's own", () => {
  const x = [[1, 2], [3, 4]]; // prettier-ignore
  const y = [1, 2];
  const dense = (options: Partial<Parameters<typeof layers.dense>[0]> = {}): layers.Layer =>
    layers.dense({ units: 1, inputShape: [2], ...options });
  const compiled = (options: object, ...stack: layers.Layer[]): Model => {
    const net = sequential({ layers: stack.length === 0 ? [dense()] : stack });
    net.compile({ loss: "mse", ...options });
    return net;
  };
  /** An instance of a class with other members than the types ask for, as JavaScript can write it. */
  function made<Part>(Base: abstract new () => Part, members: object): Part {
    class Twice extends (Base as unknown as new () => object) {}
    for (const name of Object.keys(members)) {
      Object.defineProperty(Twice.prototype, name, { value: members[name as keyof typeof members] });
    }
    return new Twice() as Part;
  }
  const nothing = (): void => {};
  class Counter extends metrics.CustomMetric {
    constructor() {
      super({ name: "counter", stateSize: 1 });
    }
    updateState(): void {}
    result(): number {
      return 0;
    }
  }

  test.each<[string, string, () => unknown]>([
    ["loss", "forward", () => compiled({ loss: made(losses.CustomLoss, { call: nothing }) }).evaluate(x, y)],
    [
      "loss",
      "backward",
      () => compiled({ loss: made(losses.CustomLoss, { forward: nothing }) }).trainOnBatch(x, y),
    ],
    [
      "metric",
      "updateState",
      () => compiled({ metrics: [made(Counter, { updateState: 3 })] }).evaluate(x, y),
    ],
    ["metric", "result", () => compiled({ metrics: [made(Counter, { result: 3 })] }).evaluate(x, y)],
    [
      "initializer",
      "fillValues",
      () => compiled({}, dense({ kernelInitializer: made(initializers.CustomInitializer, {}) })).getWeights(),
    ],
    [
      "regularizer",
      "evaluate",
      () =>
        compiled({}, dense({ kernelRegularizer: made(regularizers.CustomRegularizer, {}) })).evaluate(x, y),
    ],
    [
      "constraint",
      "constrain",
      () =>
        compiled({}, dense({ kernelConstraint: made(constraints.CustomConstraint, {}) })).trainOnBatch(x, y),
    ],
    ["layer", "forward", () => made(layers.CustomLayer, {}).apply(input({ shape: [2] }))],
    [
      "layer",
      "backward",
      () => compiled({}, dense(), made(layers.CustomLayer, { forward: nothing })).trainOnBatch(x, y),
    ],
  ])("a %s without %s", (_kind, method, use) => {
    expect(codeOf(use)).toBe("INVALID_OPTION");
    expect(use).toThrow(`Twice.${method} must be a method. Received: Twice.${method}=`);
  });

  const copy = ({ inputs: [values], output }: layers.CustomLayerForward): void => output.set(values);
  test.each<[string, string, () => unknown]>([
    [
      "layer",
      "forward",
      () =>
        compiled(
          {},
          dense(),
          made(layers.CustomLayer, { forward: ({ inputs }: layers.CustomLayerForward) => inputs[0] }),
        ).predict(x),
    ],
    [
      "layer",
      "backward",
      () =>
        compiled(
          {},
          dense(),
          made(layers.CustomLayer, {
            forward: copy,
            backward: ({ dOutput }: layers.CustomLayerBackward) => dOutput,
          }),
        ).trainOnBatch(x, y),
    ],
    [
      "loss",
      "forward",
      () =>
        compiled({
          loss: made(losses.CustomLoss, { forward: (values: Float32Array) => values.map(Math.abs) }),
        }).evaluate(x, y),
    ],
    [
      "loss",
      "backward",
      () =>
        compiled({
          loss: made(losses.CustomLoss, {
            forward: nothing,
            backward: (values: Float32Array) => values.map(Math.abs),
          }),
        }).trainOnBatch(x, y),
    ],
    [
      "initializer",
      "fillValues",
      () =>
        compiled(
          {},
          dense({ kernelInitializer: made(initializers.CustomInitializer, { fillValues: () => [1, 2] }) }),
        ).getWeights(),
    ],
    [
      "constraint",
      "constrain",
      () =>
        compiled(
          {},
          dense({
            kernelConstraint: made(constraints.CustomConstraint, {
              constrain: (values: Float32Array) => values.map(Math.abs),
            }),
          }),
        ).trainOnBatch(x, y),
    ],
  ])("a %s whose %s returns what it should write", (_kind, method, use) => {
    expect(codeOf(use)).toBe("INVALID_OPTION");
    expect(use).toThrow(
      `Twice.${method} must be a method that writes into the arrays it gets, and returns nothing.`,
    );
  });

  test("returning what was written is no mistake", () => {
    const ones = made(layers.CustomLayer, {
      forward: ({ output }: layers.CustomLayerForward) => output.fill(1),
      backward: ({ dInputs }: layers.CustomLayerBackward) => dInputs[0]?.fill(0),
    });
    const positive = made(constraints.CustomConstraint, {
      constrain: (values: Float32Array) => values.fill(2),
    });
    const net = compiled({}, dense({ kernelConstraint: positive }), ones);
    expect(net.trainOnBatch(x, y).loss).toBe(0.5);
    expect([...net.getWeights()[0].data]).toEqual([2, 2]);
  });

  test("a layer without backward predicts", () => {
    const copies = made(layers.CustomLayer, {
      forward: ({ inputs: [values], output }: layers.CustomLayerForward) => output.set(values),
    });
    expect(
      compiled({}, dense({ kernelInitializer: "ones" }), copies)
        .predict(x)
        .toArray(),
    ).toEqual([[3], [7]]);
  });

  test.each<[string, layers.CustomLayer["forward"]]>([
    [
      "the layer",
      function (this: unknown) {
        return this as void;
      },
    ],
    ["what it was called with", (call) => call as unknown as void],
    ["a part of the output", ({ output }) => output.subarray(1) as unknown as void],
    ["what it keeps for backward", ({ temporary }) => temporary as unknown as void],
  ])("a layer may return %s", (_what, forward) => {
    const net = compiled({}, dense(), made(layers.CustomLayer, { forward, backward: nothing }));
    expect(net.predict(x).shape).toEqual([2, 1]);
  });

  test("a layer that returns its input, or a penalty that is no number, is an error", () => {
    const same = made(layers.CustomLayer, { forward: (call: layers.CustomLayerForward) => call.inputs[0] });
    expect(codeOf(() => compiled({}, dense(), same).predict(x))).toBe("INVALID_OPTION");
    const kernelRegularizer = made(regularizers.CustomRegularizer, { evaluate: () => [1] });
    expect(codeOf(() => compiled({}, dense({ kernelRegularizer })).evaluate(x, y))).toBe("INVALID_OPTION");
    const loss = made(losses.CustomLoss, { forward: () => 5, backward: nothing });
    expect(codeOf(() => compiled({ loss }).evaluate(x, y))).toBe("INVALID_OPTION");
  });

  const source = readFileSync(new URL("../src/layers/layer.ts", import.meta.url), "utf8");
  const hidden = source.split("/**").filter((part) => part.includes("@internal"));
  const members = hidden.flatMap(
    (part) => /\*\/\n {2}(?:abstract )?(?:get )?(\w+)\(/.exec(part)?.slice(1) ?? [],
  );

  test("has found the members that the types do not show", () => {
    expect(members).toEqual(expect.arrayContaining(["call", "blocks", "outputShapes", "nested"]));
    expect(members.length).toBeGreaterThan(18);
  });

  test.each(members)("a layer with a member called %s", (member) => {
    const working = { forward: nothing, backward: nothing, [member]: nothing };
    const layer = made(layers.CustomLayer, working);
    const use = (): unknown => layer.apply(input({ shape: [2] }));
    expect(codeOf(use)).toBe("INVALID_OPTION");
    expect(use).toThrow(
      `Twice.${member} must be left to Lanegrad; what a layer computes goes into forward and backward.`,
    );
  });

  test("what an instance has counts, too", () => {
    const layer = Object.assign(made(layers.CustomLayer, { forward: nothing, backward: nothing }), {
      blocks: 4,
    });
    const use = (): unknown => sequential({ layers: [dense(), layer as layers.Layer] });
    expect(use).toThrow("Twice.blocks must be left to Lanegrad");
  });
});

test("weights that a constructor adds stand beside those of build", () => {
  class Affine extends layers.CustomLayer {
    constructor() {
      super();
      this.addWeight({ name: "factor", shape: [1], initializer: "ones" });
    }
    override build([shape]: readonly (readonly (number | null)[])[]): void {
      this.addWeight({ name: "offset", shape: [shape.at(-1)!], initializer: "ones" });
    }
    forward({ inputs: [x], output, weights: { factor, offset } }: layers.CustomLayerForward): void {
      for (let i = 0; i < x.length; i++) output[i] = factor[0] * x[i] + offset[i % offset.length];
    }
    backward(): void {}
  }
  const net = sequential({ layers: [input({ shape: [2] }), new Affine()] });
  expect(net.predict([[1, 2]]).toArray()).toEqual([[2, 3]]);
  expect(net.getWeights().map(({ shape }) => shape)).toEqual([[1], [2]]);
});
