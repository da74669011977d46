// Constraints on tensors and in training. Numbers by NumPy in float64: test/references/constraints.py.
import { constraints, input, layers, sequential, setRandomSeed, tensor } from "lanegrad";
import type { Tensor } from "lanegrad";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { codeOf, rows, values } from "../support/data.js";

interface Case {
  name: string;
  options: Record<string, unknown>;
  shape: number[];
  weights: number[];
  expected: number[];
}

const cases = (
  JSON.parse(readFileSync(new URL("../references/constraints.json", import.meta.url), "utf8")) as {
    constraints: Case[];
  }
).constraints;
const { maxNorm, nonNeg, unitNorm, minMaxNorm } = constraints;
const factories = { maxNorm, nonNeg, unitNorm, minMaxNorm };
const make = (name: string, options: object): constraints.Constraint =>
  factories[name as keyof typeof factories](options);
/** What an untyped program may pass. */
const loose = (value: unknown): never => value as never;

describe("NumPy's numbers, within two roundings", () => {
  test.each(cases.map((one) => [one.name, JSON.stringify(one.options), one.shape, one] as const))(
    "%s %s of %j",
    (name, _options, shape, one) => {
      const weights = tensor(one.weights, shape);
      const result = make(name, one.options).on(weights);
      expect(result.shape).toEqual(shape);
      one.expected.forEach((want, i) =>
        expect(Math.abs(result.data[i] - want)).toBeLessThanOrEqual(1.3e-7 * Math.abs(want)),
      );
      expect(Array.from(weights.data)).toEqual(one.weights);
    },
  );
});

/** A network of one dense layer after some steps with a rate that drives its weights far. */
function trained(options: Partial<layers.DenseOptions>, watch: (weights: Tensor[]) => void): void {
  setRandomSeed(3);
  const net = sequential({ layers: [layers.dense({ units: 5, inputShape: [7], ...options })] });
  net.compile({ optimizer: { name: "sgd", learningRate: 0.5 }, loss: "mse" });
  const [x, y] = [rows(12, 7, 1), rows(12, 5, 2, 4)];
  for (let step = 0; step < 25; step++) {
    net.trainOnBatch(x, y);
    watch(net.getWeights());
  }
}

function columnNorms(kernel: Tensor): number[] {
  const [inputs, units] = kernel.shape;
  return Array.from({ length: units }, (_, unit) =>
    Math.hypot(...Array.from({ length: inputs }, (__, i) => kernel.data[i * units + unit])),
  );
}

describe("in training", () => {
  test("maxNorm holds the kernel, and binds", () => {
    let largest = 0;
    trained({ kernelConstraint: { name: "max_norm", maxValue: 0.75 } }, ([kernel]) => {
      for (const norm of columnNorms(kernel)) {
        expect(norm).toBeLessThanOrEqual(0.75 * (1 + 1e-6));
        largest = Math.max(largest, norm);
      }
    });
    expect(largest).toBeGreaterThan(0.7499);
    let free = 0;
    trained({}, ([kernel]) => (free = Math.max(free, ...columnNorms(kernel))));
    expect(free).toBeGreaterThan(1);
  });

  test("nonNeg holds kernel and bias", () => {
    let lowest = Infinity;
    trained({ kernelConstraint: "nonNeg", biasConstraint: "non_neg" }, (weights) => {
      for (const { data } of weights) lowest = Math.min(lowest, ...data);
    });
    expect(lowest).toBe(0);
  });

  test("the step is the optimizer's, then the constraint's", () => {
    const net = (kernelConstraint?: constraints.Constraint) => {
      const made = sequential({ layers: [layers.dense({ units: 3, inputShape: [4], kernelConstraint })] });
      made.compile({ optimizer: "adam", loss: "mse" });
      made.setWeights([tensor(rows(4, 3, 5)), tensor([1, 2, 3])]);
      made.trainOnBatch(rows(6, 4, 6), rows(6, 3, 7));
      return made.getWeights();
    };
    const constraint = unitNorm({ axis: 1 });
    const [plain, bound] = [net(), net(constraint)];
    expect(Array.from(bound[0].data)).toEqual(Array.from(constraint.on(plain[0]).data));
    expect(Array.from(bound[1].data)).toEqual(Array.from(plain[1].data));
  });

  test("gamma and beta of a batch normalisation are held", () => {
    const layer = layers.batchNormalization({
      gammaConstraint: maxNorm({ maxValue: 0.5 }),
      betaConstraint: "nonNeg",
      inputShape: [6],
    });
    const net = sequential({ layers: [layer] });
    net.compile({ optimizer: "adam", loss: "mse" });
    net.trainOnBatch(rows(9, 6, 1), rows(9, 6, 2));
    const [gamma, beta] = net.getWeights();
    expect(Math.hypot(...gamma.data)).toBeCloseTo(0.5, 6);
    expect(Math.min(...beta.data)).toBe(0);
    expect(layer.getConfig()).toMatchObject({
      gammaConstraint: { name: "maxNorm", maxValue: 0.5, axis: 0 },
      betaConstraint: { name: "nonNeg" },
    });
  });

  test("weights of a frozen layer are left alone", () => {
    const layer = layers.dense({ units: 2, kernelConstraint: "unitNorm", trainable: false, inputShape: [3] });
    const net = sequential({ layers: [layer, layers.dense({ units: 1 })] });
    net.compile({ loss: "mse" });
    const before = layer.getWeights()[0].data;
    net.trainOnBatch(rows(4, 3, 1), rows(4, 1, 2));
    expect(layer.getWeights()[0].data).toEqual(before);
  });

  test("one of one's own works on the weight itself", () => {
    const shapes: (readonly number[])[] = [];
    class AtMost extends constraints.CustomConstraint {
      constrain(weight: Float32Array, shape: readonly number[]): void {
        shapes.push(shape);
        for (let i = 0; i < weight.length; i++) weight[i] = Math.min(weight[i], 0.25);
      }
    }
    let largest = -Infinity;
    trained({ kernelConstraint: new AtMost() }, ([kernel]) => {
      largest = Math.max(largest, ...kernel.data);
    });
    expect(largest).toBe(0.25);
    expect(shapes.length).toBe(25);
    expect(shapes[0]).toEqual([7, 5]);
    expect(Array.from(new AtMost().on([1, 0, 0.5]).data)).toEqual([0.25, 0, 0.25]);
    expect(new AtMost().getConfig()).toEqual({ name: "AtMost" });
  });
});

describe("names and options", () => {
  const configOf = (kernelConstraint: constraints.ConstraintSpec) =>
    layers.dense({ units: 2, kernelConstraint }).getConfig().kernelConstraint;

  test.each([
    ["maxNorm", { name: "maxNorm", maxValue: 2, axis: 0 }],
    ["max_norm", { name: "maxNorm", maxValue: 2, axis: 0 }],
    ["MaxNorm", { name: "maxNorm", maxValue: 2, axis: 0 }],
    ["nonNeg", { name: "nonNeg" }],
    ["non_neg", { name: "nonNeg" }],
    ["NonNeg", { name: "nonNeg" }],
    ["unitNorm", { name: "unitNorm", axis: 0 }],
    ["unit_norm", { name: "unitNorm", axis: 0 }],
    ["UnitNorm", { name: "unitNorm", axis: 0 }],
    ["minMaxNorm", { name: "minMaxNorm", minValue: 0, maxValue: 1, rate: 1, axis: 0 }],
    ["min_max_norm", { name: "minMaxNorm", minValue: 0, maxValue: 1, rate: 1, axis: 0 }],
    ["MinMaxNorm", { name: "minMaxNorm", minValue: 0, maxValue: 1, rate: 1, axis: 0 }],
  ] as const)("%s has Keras's defaults", (name, config) => {
    expect(configOf(name)).toEqual(config);
    expect(configOf(config as never)).toEqual(config);
  });

  test("axis keeps its form in the configuration", () => {
    expect(maxNorm({ axis: [0, 1] }).getConfig()).toEqual({ name: "maxNorm", maxValue: 2, axis: [0, 1] });
  });

  const wrong: [string, () => unknown, string][] = [
    ["a name", () => configOf(loose("maxNrm")), "UNKNOWN_NAME"],
    ["an option", () => maxNorm(loose({ max: 1 })), "UNKNOWN_OPTION"],
    ["an option of another", () => configOf(loose({ name: "unitNorm", rate: 1 })), "UNKNOWN_OPTION"],
    ["options for nonNeg", () => nonNeg(loose({ axis: 0 })), "UNKNOWN_OPTION"],
    ["a negative norm", () => maxNorm({ maxValue: -1 }), "INVALID_OPTION"],
    ["bounds that cross", () => minMaxNorm({ minValue: 2 }), "INVALID_OPTION"],
    ["a rate above 1", () => minMaxNorm({ rate: 1.5 }), "INVALID_OPTION"],
    ["a text for an axis", () => unitNorm({ axis: loose("0") }), "INVALID_OPTION"],
    ["a broken axis", () => unitNorm({ axis: 0.5 }), "INVALID_OPTION"],
    ["no axes", () => unitNorm({ axis: [] }), "INVALID_OPTION"],
    ["an axis that is not there", () => unitNorm({ axis: 2 }).on(rows(2, 2, 1)), "INVALID_OPTION"],
    ["one before the first", () => unitNorm({ axis: -3 }).on(rows(2, 2, 1)), "INVALID_OPTION"],
    ["axes apart", () => unitNorm({ axis: [0, 2] }).on(tensor(values(8, 1), [2, 2, 2])), "INVALID_OPTION"],
    ["an axis twice", () => unitNorm({ axis: [0, -2] }).on(rows(2, 2, 1)), "INVALID_OPTION"],
  ];
  test.each(wrong)("%s that is wrong", (_what, work, code) => {
    expect(codeOf(work)).toBe(code);
  });

  test("an axis that a weight has not is refused when the layer is built, and nothing stays of it", () => {
    const layer = layers.dense({ units: 2, biasConstraint: { name: "unitNorm", axis: 1 } });
    expect(codeOf(() => layer.apply(input({ shape: [3] })))).toBe("INVALID_OPTION");
    expect(layer.weights).toEqual([]);
    expect(layer.isBuilt).toBe(false);
  });
});
