// Optimizers and losses as models use them: by name, with their state, in training.
import { losses, layers, optimizers, sequential, tensor } from "lanegrad";
import type { Sequential } from "lanegrad";
import { describe, expect, test } from "vitest";
import { codeOf, rows } from "../support/data.js";

type Compile = Parameters<Sequential["compile"]>[0];

function network(optimizer: Compile["optimizer"], loss: Compile["loss"] = "mse", seed = 3): Sequential {
  const net = sequential({ layers: [layers.dense({ units: 2, activation: "sigmoid", inputShape: [3] })] });
  net.compile({ optimizer, loss });
  net.setWeights([tensor(rows(3, 2, seed)), tensor([0.1, -0.1])]);
  return net;
}

const x = rows(8, 3, 1);
const y = rows(8, 2, 2).map((row) => row.map((value) => (value + 1) / 2));
const flat = (net: Sequential) => net.getWeights().flatMap((weight) => Array.from(weight.data));

const { sgd, rmsprop, adam, adamw, adamax, nadam, adagrad, adadelta, lion } = optimizers;
const factories = { sgd, rmsprop, adam, adamw, adamax, nadam, adagrad, adadelta, lion };

describe("optimizers", () => {
  test.each(Object.entries(factories))("%s lowers the loss, and is made again from itself", (name, make) => {
    const optimizer = make({ learningRate: name === "adadelta" ? 10 : 0.01 });
    const again = make(optionsOf(optimizer.getConfig()));
    expect(again.getConfig()).toEqual(optimizer.getConfig());
    const [net, other] = [network(optimizer), network(again)];
    const before = net.evaluate(x, y).loss;
    for (let step = 0; step < 20; step++) {
      net.trainOnBatch(x, y);
      other.trainOnBatch(x, y);
    }
    expect(net.evaluate(x, y).loss).toBeLessThan(before);
    expect(flat(other)).toEqual(flat(net));
  });

  test("adagrad starts its sums at 0.1, or where it is told", () => {
    for (const start of [0.1, 0, 3]) {
      const optimizer = optimizers.adagrad({ learningRate: 1, initialAccumulatorValue: start });
      const weights = Float32Array.of(1, 1, 1, 1, 1);
      optimizer.apply([[weights, Float32Array.of(1, 2, 3, 4, 5)]]);
      const want = [1, 2, 3, 4, 5].map((g) => 1 - g / Math.sqrt(start + g * g + 1e-7));
      weights.forEach((weight, i) => expect(weight).toBeCloseTo(want[i], 6));
    }
  });

  test("nadam shared by two models in turns gives what one for each gives", () => {
    const shared = optimizers.nadam();
    const [a, b] = [network(shared), network(shared, "mse", 4)];
    const [alone, other] = [network("nadam"), network("nadam", "mse", 4)];
    for (let step = 0; step < 5; step++) for (const net of [a, alone, other]) net.trainOnBatch(x, y);
    for (let step = 0; step < 5; step++) for (const net of [b, a, alone, other]) net.trainOnBatch(x, y);
    for (let step = 0; step < 5; step++) b.trainOnBatch(x, y);
    expect(flat(a)).toEqual(flat(alone));
    expect(flat(b)).toEqual(flat(other));
  });

  test("nadam's step is finite after 5000 steps, when its warm-up is long over", () => {
    const optimizer = optimizers.nadam({ learningRate: 1e-3 });
    const weights = Float32Array.of(0);
    for (let step = 0; step < 5000; step++) optimizer.apply([[weights, Float32Array.of(2)]]);
    // A constant gradient gives steps of the learning rate.
    expect(weights[0]).toBeCloseTo(-5, 2);
  });

  test("adamw decays by 0.004 unless told otherwise", () => {
    expect(optimizers.adamw().weightDecay).toBe(0.004);
    expect(optimizers.adamw({ weightDecay: 0.1 }).weightDecay).toBe(0.1);
    expect(optimizers.adam().weightDecay).toBeUndefined();
  });

  test("Keras's spellings are known, wrong options are not", () => {
    for (const name of ["AdamW", "Adamax", "Nadam", "Adagrad", "Adadelta", "Lion"] as const)
      expect(() => network(name)).not.toThrow();
    expect(codeOf(() => optimizers.adagrad({ initialAccumulatorValue: -1 }))).toBe("INVALID_OPTION");
    expect(codeOf(() => optimizers.adadelta({ rho: 1 }))).toBe("INVALID_OPTION");
    expect(codeOf(() => optimizers.lion({ epsilon: 1 } as object))).toBe("UNKNOWN_OPTION");
    expect(() => optimizers.adamw({ beta: 1 } as object)).toThrow("optimizers.adamw has no option beta");
  });
});

describe("losses", () => {
  test.each([
    "mape",
    "MAPE",
    "msle",
    "MSLE",
    "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error",
    "logCosh",
    "log_cosh",
    "logcosh",
    "kld",
    "KLD",
    "kl_divergence",
    "poisson",
    "cosineSimilarity",
    "cosine_similarity",
  ] as const)("a model trains with %s", (loss) => {
    const net = network({ name: "sgd", learningRate: 0.001 }, loss);
    const before = net.evaluate(x, y).loss;
    for (let step = 0; step < 20; step++) net.trainOnBatch(x, y);
    expect(net.evaluate(x, y).loss).toBeLessThan(before);
  });

  test.each(["hinge", "squaredHinge", "squared_hinge", "categoricalHinge", "categorical_hinge"] as const)(
    "a model trains with %s",
    (loss) => {
      const net = network({ name: "sgd", learningRate: 0.01 }, loss);
      const labels = y.map(([first]) => (first > 0.5 ? [1, 0] : [0, 1]));
      const before = net.evaluate(x, labels).loss;
      for (let step = 0; step < 20; step++) net.trainOnBatch(x, labels);
      expect(net.evaluate(x, labels).loss).toBeLessThan(before);
    },
  );

  test("hinge takes -1 and 1 or 0 and 1, and nothing else", () => {
    const hinge = losses.hinge();
    expect(hinge.value([[0], [1]], [[0.5], [0.5]])).toBe(1);
    expect(hinge.value([[-1], [1]], [[0.5], [0.5]])).toBe(1);
    expect(codeOf(() => hinge.value([[2], [1]], [[0.5], [0.5]]))).toBe("INVALID_LABEL");
    expect(() => losses.squaredHinge().value([[0], [-1]], [[0.5], [0.5]])).toThrow(
      "yTrue must hold -1 and 1, or 0 and 1, for squaredHinge. Received: 0 as value 0 of yTrue, and -1 elsewhere",
    );
    expect(codeOf(() => losses.klDivergence().value([[2, 0]], [[0.5, 0.5]]))).toBe("INVALID_LABEL");
  });

  test("labels a loss cannot take leave the weights as they were", () => {
    const net = network("sgd", "hinge");
    const before = flat(net);
    expect(codeOf(() => net.trainOnBatch(x, y))).toBe("INVALID_LABEL");
    expect(flat(net)).toEqual(before);
  });
});

/** A configuration as options: without the name, and without what is not set. */
function optionsOf(config: Record<string, unknown>): object {
  return Object.fromEntries(
    Object.entries(config).filter(([key, value]) => key !== "name" && value !== undefined),
  );
}
