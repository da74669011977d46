// Parts of one's own: each kind in a model that trains, its gradients, and its configuration by name.
import {
  activations,
  constraints,
  initializers,
  input,
  layers,
  losses,
  metrics,
  model,
  registerClass,
  regularizers,
  sequential,
  setRandomSeed,
} from "lanegrad";
import type { Logs, Model } from "lanegrad";
import { describe, expect, test } from "vitest";
import { toActivation } from "../src/activations/activation.js";
import { toConstraint } from "../src/constraints/spec.js";
import { toInitializer } from "../src/initializers/spec.js";
import type { AnyLayerFactory } from "../src/layers/factory.js";
import { toLoss } from "../src/losses/spec.js";
import { metricFromConfig, toMetric } from "../src/metrics/specs.js";
import { ConfigReader } from "../src/models/modelFromConfig.js";
import { toRegularizer } from "../src/regularizers/spec.js";
import { memory } from "../src/runtime/runtime.js";
import { codeOf, rows } from "./support/data.js";

type Shape = readonly (number | null)[];

/** y = factor x scale, a number learnt for each feature. */
class Scale extends layers.CustomLayer {
  readonly factor: number;

  constructor({ factor = 1, ...options }: layers.LayerOptions & { factor?: number } = {}) {
    super(options);
    this.factor = factor;
  }

  protected override build([shape]: readonly Shape[]): void {
    const sizes = [shape[shape.length - 1] as number];
    this.addWeight({ name: "scale", shape: sizes, initializer: "ones", regularizer: "l2" });
    this.addWeight({ name: "calls", shape: [], initializer: "zeros", isTrained: false });
  }

  forward({ inputs: [x], output, weights: { scale } }: layers.CustomLayerForward): void {
    for (let i = 0; i < x.length; i++) output[i] = this.factor * x[i] * scale[i % scale.length];
  }

  backward({ inputs, weights, dOutput, dInputs: [dX], dWeights }: layers.CustomLayerBackward): void {
    const [x] = inputs;
    const [{ scale }, { scale: dScale }] = [weights, dWeights];
    for (let i = 0; i < x.length; i++) {
      if (dX !== null) dX[i] = this.factor * dOutput[i] * scale[i % scale.length];
      if (dScale !== null) dScale[i % scale.length] += this.factor * dOutput[i] * x[i];
    }
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor };
  }
}

/** The dot product of two inputs, whose products it keeps. */
class Dot extends layers.CustomLayer {
  override computeOutputShape(): Shape {
    return [null, 1];
  }

  override temporaryFloatsPerRow([shape]: readonly Shape[]): number {
    return shape[1] as number;
  }

  forward({ inputs: [a, b], output, temporary }: layers.CustomLayerForward): void {
    const columns = a.length / output.length;
    output.fill(0);
    for (let i = 0; i < a.length; i++) {
      temporary[i] = a[i] * b[i];
      output[Math.floor(i / columns)] += temporary[i];
    }
  }

  backward({ inputs: [a, b], temporary, dOutput, dInputs: [dA, dB] }: layers.CustomLayerBackward): void {
    const columns = a.length / dOutput.length;
    for (let i = 0; i < a.length; i++) {
      const d = dOutput[Math.floor(i / columns)];
      if (dA !== null) dA[i] = (d * temporary[i]) / a[i];
      if (dB !== null) dB[i] = (d * temporary[i]) / b[i];
    }
  }
}

/** x sigmoid(beta x). */
class Swish2 extends activations.CustomActivation {
  readonly beta: number;

  constructor({ beta = 2 }: { beta?: number } = {}) {
    super();
    this.beta = beta;
  }

  forward(x: Float32Array, y: Float32Array): void {
    for (let i = 0; i < x.length; i++) y[i] = x[i] / (1 + Math.exp(-this.beta * x[i]));
  }

  backward(x: Float32Array, y: Float32Array, dY: Float32Array, dX: Float32Array): void {
    for (let i = 0; i < x.length; i++) {
      const s = 1 / (1 + Math.exp(-this.beta * x[i]));
      dX[i] = dY[i] * (s + this.beta * y[i] * (1 - s));
    }
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), beta: this.beta };
  }
}

/** The sum of scale log(cosh(error)). */
class SumLogCosh extends losses.CustomLoss {
  readonly scale: number;

  constructor({ scale = 1, ...options }: losses.LossOptions & { scale?: number } = {}) {
    super(options);
    this.scale = scale;
  }

  forward(
    yTrue: Float32Array,
    yPred: Float32Array,
    count: number,
    columns: number,
    each: Float32Array,
  ): void {
    for (let i = 0; i < count; i++) {
      each[i] = 0;
      for (let j = i * columns; j < (i + 1) * columns; j++)
        each[i] += this.scale * Math.log(Math.cosh(yPred[j] - yTrue[j]));
    }
  }

  backward(
    yTrue: Float32Array,
    yPred: Float32Array,
    count: number,
    columns: number,
    dPred: Float32Array,
  ): void {
    for (let j = 0; j < count * columns; j++) dPred[j] = this.scale * Math.tanh(yPred[j] - yTrue[j]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), scale: this.scale };
  }
}

/** The mean error, with its sign. */
class Bias extends metrics.CustomMetric {
  factor: number;

  constructor({ factor = 1 }: { factor?: number } = {}) {
    super({ name: "bias", stateSize: 2 });
    this.factor = factor;
  }

  updateState(yTrue: Float32Array, yPred: Float32Array): void {
    for (let i = 0; i < yPred.length; i++) this.state[0] += yPred[i] - yTrue[i];
    this.state[1] += yPred.length;
  }

  result(): number {
    return (this.factor * this.state[0]) / this.state[1];
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor };
  }
}

class Signs extends initializers.CustomInitializer {
  fillValues(values: Float32Array, _shape: readonly number[], random: () => number): void {
    for (let i = 0; i < values.length; i++) values[i] = random() < 0.5 ? -0.5 : 0.5;
  }
}

class AtMost extends constraints.CustomConstraint {
  readonly bound: number;

  constructor({ bound = 1 }: { bound?: number } = {}) {
    super();
    this.bound = bound;
  }

  constrain(values: Float32Array): void {
    for (let i = 0; i < values.length; i++) values[i] = Math.min(values[i], this.bound);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), bound: this.bound };
  }
}

class FourthPower extends regularizers.CustomRegularizer {
  evaluate(weights: Float32Array, gradient: Float32Array): number {
    let sum = 0;
    for (let i = 0; i < weights.length; i++) {
      sum += 0.1 * weights[i] ** 4;
      gradient[i] = 0.4 * weights[i] ** 3;
    }
    return sum;
  }
}

const parts = { Scale, Dot, Swish2, SumLogCosh, Bias, Signs, AtMost, FourthPower };
for (const [name, Class] of Object.entries(parts)) registerClass(`test/${name}`, Class);

const x = rows(12, 3, 1);
const y = rows(12, 2, 2);

function makeModel(): Model {
  return sequential({
    layers: [
      new Scale({ factor: 1.5, inputShape: [3] }),
      layers.dense({
        units: 4,
        activation: new Swish2({ beta: 1.5 }),
        kernelInitializer: new Signs(),
        kernelRegularizer: new FourthPower(),
        kernelConstraint: new AtMost({ bound: 0.25 }),
      }),
      layers.activation({ activation: new Swish2() }),
      layers.dense({ units: 2, kernelInitializer: { name: "glorotUniform", seed: 3 } }),
    ],
  });
}

/** Every gradient against central differences, relative to the largest of its tensor. */
function checkGradients(net: Model, data: number[][], labels: number[][]): void {
  const { weights, inputs } = net.gradients(data, labels);
  const values = net.getWeights();
  const paths = net.layers.flatMap((layer) => layer.weights.map((weight) => `${layer.name}/${weight.name}`));
  const lossAt = (): number => net.gradients(data, labels).loss;
  const difference = (array: { [index: number]: number }, i: number, set: () => void): number => {
    const before = array[i];
    const at = (value: number): number => {
      array[i] = value;
      set();
      return lossAt();
    };
    const slope = (at(before + 1e-2) - at(before - 1e-2)) / 2e-2;
    at(before);
    return slope;
  };
  const expectNear = (got: number, want: number, largest: number, what: string): void =>
    expect(Math.abs(got - want) / largest, `${what}: ${got}, ${want}`).toBeLessThan(1e-3);
  paths.forEach((path, p) => {
    const gradient = weights.get(path);
    if (gradient === undefined) return;
    const largest = Math.max(...gradient.data.map(Math.abs));
    gradient.data.forEach((got, i) => {
      const want = difference(values[p].data, i, () => net.setWeights(values));
      expectNear(got, want, largest, `${path}[${i}]`);
    });
  });
  const columns = data[0].length;
  const largest = Math.max(...inputs[0].data.map(Math.abs));
  inputs[0].data.forEach((got, i) =>
    expectNear(
      got,
      difference(data[Math.floor(i / columns)], i % columns, () => {}),
      largest,
      `input ${i}`,
    ),
  );
}

describe("a model of parts of one's own", () => {
  test("its gradients are those of finite differences", () => {
    const net = makeModel();
    net.compile({ loss: new SumLogCosh({ scale: 2 }) });
    const { weights } = net.gradients(x, y);
    expect([...weights.keys()]).toEqual([
      "scale/scale",
      "dense/kernel",
      "dense/bias",
      "dense_1/kernel",
      "dense_1/bias",
    ]);
    checkGradients(net, rows(12, 3, 1), y);
  });

  test("trains, with a metric and a callback, and keeps its constraint", async () => {
    setRandomSeed(7);
    const net = makeModel();
    expect(new Set(net.getWeights()[2].data.map(Math.abs))).toEqual(new Set([0.5]));
    net.compile({
      loss: new SumLogCosh(),
      optimizer: { name: "adam", learningRate: 0.05 },
      metrics: [new Bias()],
    });
    const seen: number[] = [];
    const watcher = {
      onEpochEnd(_epoch: number, logs: Logs): void {
        seen.push(logs.loss);
      },
    };
    const { history } = await net.fit(x, y, { epochs: 60, batchSize: 5, verbose: 0, callbacks: [watcher] });
    expect(seen).toEqual(history.loss);
    expect(seen[59]).toBeLessThan(0.5 * seen[0]);
    const outputs = net.predict(x).data;
    const bias = outputs.reduce((sum, value, i) => sum + value - y.flat()[i], 0) / outputs.length;
    expect(net.evaluate(x, y).bias).toBeCloseTo(bias, 5);
    const kernel = net.getWeights()[2].data;
    expect(Math.max(...kernel)).toBe(0.25);
    expect(Math.min(...kernel)).toBeLessThan(-0.25);
  });

  test("comes again from its configuration, by the names of its classes", () => {
    const net = makeModel();
    const json = JSON.parse(JSON.stringify(net.toJSON())) as { config: { layers: { config: object }[] } };
    expect(json.config.layers[0]).toMatchObject({ className: "test/Scale", config: { factor: 1.5 } });
    expect(json.config.layers[1].config).toMatchObject({
      activation: { name: "test/Swish2", beta: 1.5 },
      kernelInitializer: { name: "test/Signs" },
      kernelRegularizer: { name: "test/FourthPower" },
      kernelConstraint: { name: "test/AtMost", bound: 0.25 },
    });
    const factories = Object.values(layers).filter(
      (value) => "className" in value,
    ) as unknown as AnyLayerFactory[];
    const again = new ConfigReader(factories, "").model(json, "model");
    expect(again.layers[0]).toBeInstanceOf(Scale);
    again.setWeights(net.getWeights());
    expect(again.predict(x as never)).toEqual(net.predict(x));
    expect(again.toJSON()).toEqual(net.toJSON());
  });
});

describe("parts by the names of their classes", () => {
  test.each([
    ["loss", toLoss(new SumLogCosh({ scale: 3, reduction: "sum" }).getConfig() as never), SumLogCosh],
    ["activation", toActivation("a", new Swish2().getConfig() as never).kind, Swish2],
    ["initializer", toInitializer("i", new Signs({ seed: 4 }).getConfig() as never), Signs],
    ["constraint", toConstraint("c", new AtMost({ bound: 2 }).getConfig() as never), AtMost],
    ["regularizer", toRegularizer("r", new FourthPower().getConfig() as never), FourthPower],
    ["metric", metricFromConfig(new Bias({ factor: 2 }).getConfig()), Bias],
    ["metric by name", toMetric("test/Bias" as never, toLoss("mse"), [null, 1]), Bias],
  ])("%s", (_kind, part, Class) => {
    expect(part).toBeInstanceOf(Class);
  });

  test("options come along", () => {
    expect(toLoss({ name: "test/SumLogCosh", scale: 3, reduction: "sum" } as never).getConfig()).toEqual({
      name: "test/SumLogCosh",
      scale: 3,
      reduction: "sum",
    });
    expect(metricFromConfig(new Bias({ factor: 2 }).getConfig()).getConfig()).toEqual({
      metric: "test/Bias",
      name: "bias",
      factor: 2,
    });
    expect(toInitializer("i", { name: "test/Signs", seed: 4 } as never).seed).toBe(4);
  });

  test("a class of another kind, or one that is not registered, is unknown", () => {
    class Unknown extends Swish2 {}
    expect(codeOf(() => toLoss("test/Swish2" as never))).toBe("UNKNOWN_NAME");
    expect(codeOf(() => toActivation("a", "test/SumLogCosh" as never))).toBe("UNKNOWN_NAME");
    expect(codeOf(() => metricFromConfig({ metric: "test/Signs" }))).toBe("UNKNOWN_NAME");
    expect(new Unknown().getConfig().name).toBe("Unknown");
    expect(codeOf(() => toActivation("a", new Unknown().getConfig() as never))).toBe("UNKNOWN_NAME");
  });

  test("a class may be registered after it was used", () => {
    class Late extends Swish2 {}
    const layer = layers.dense({ units: 1, activation: new Late() });
    expect(layer.getConfig().activation).toEqual({ name: "Late", beta: 2 });
    registerClass("test/Late", Late);
    expect(layer.getConfig().activation).toEqual({ name: "test/Late", beta: 2 });
  });

  test("names that the library has", () => {
    const named = Object.values(layers).flatMap((value) => ("className" in value ? [value.className] : []));
    expect(named.length).toBeGreaterThan(15);
    class Own extends Scale {}
    for (const name of [...named, "Sequential", "Functional", "InputLayer"]) {
      expect(
        codeOf(() => registerClass(name, Own)),
        name,
      ).toBe("INVALID_OPTION");
    }
    class Huber extends SumLogCosh {}
    class Auc extends Bias {}
    registerClass("huber", Huber);
    registerClass("auc", Auc);
    expect(codeOf(() => toLoss("huber"))).toBe("INVALID_OPTION");
    expect(codeOf(() => metricFromConfig({ metric: "auc" }))).toBe("INVALID_OPTION");
    expect(toActivation("a", "relu").name).toBe("relu");
  });
});

describe("a layer of one's own", () => {
  test("of several inputs keeps what forward left for backward", () => {
    setRandomSeed(3);
    const entrance = input({ shape: [3] });
    const a = layers.dense({ units: 4, activation: "sigmoid" }).apply(entrance);
    const b = layers.dense({ units: 4, activation: "sigmoid" }).apply(entrance);
    const dot = new Dot().apply([a, b]);
    expect(dot.shape).toEqual([null, 1]);
    const twice = new Dot().apply([a, a]);
    const outputs = layers.dense({ units: 2 }).apply(new Dot().apply([dot, twice]));
    const net = model({ inputs: entrance, outputs });
    net.compile({ loss: "mse" });
    expect(net.layers.map(({ name }) => name)).toContain("dot");
    checkGradients(net as Model, rows(12, 3, 1), y);
  });

  test("is right after memory has moved", () => {
    const net = sequential({ layers: [new Scale({ factor: 2, inputShape: [3] })] });
    const before = net.predict(x);
    const { buffer } = memory().floats;
    const large = sequential({ layers: [layers.dense({ units: 2000, inputShape: [4000] })] });
    large.predict(rows(2, 4000, 3));
    expect(memory().floats.buffer).not.toBe(buffer);
    expect(net.predict(x)).toEqual(before);
    expect(Array.from(before.data)).toEqual(x.flat().map((value) => Math.fround(2 * Math.fround(value))));
  });

  class Noise extends layers.CustomLayer {
    readonly forwards: number[] = [];
    readonly backwards: number[] = [];
    readonly calls: [training: boolean, step: number, rows: number][] = [];

    forward({ inputs: [a], output, random, training, step, rows: count }: layers.CustomLayerForward): void {
      output.set(a);
      this.calls.push([training, step, count]);
      this.forwards.push(random(), random());
    }

    backward({ random, dInputs, dOutput }: layers.CustomLayerBackward): void {
      this.backwards.push(random(), random());
      dInputs[0]?.set(dOutput);
    }
  }

  test("draws the same numbers forward and backward, others in each step, the same for the same seed", async () => {
    const run = async (seed: number): Promise<Noise> => {
      setRandomSeed(seed);
      const layer = new Noise();
      const net = sequential({ layers: [layers.dense({ units: 2, inputShape: [3] }), layer] });
      net.compile({ loss: "mse" });
      await net.fit(x, y, { epochs: 1, batchSize: 5, verbose: 0 });
      return layer;
    };
    const [a, same, other] = [await run(1), await run(1), await run(2)];
    expect(a.calls).toEqual([[true, 0, 5], [true, 1, 5], [true, 2, 2]]); // prettier-ignore
    expect(a.forwards).toHaveLength(6);
    expect(a.forwards.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(new Set(a.forwards).size).toBe(6);
    expect(a.backwards).toEqual(a.forwards);
    expect(same.forwards).toEqual(a.forwards);
    expect(other.forwards).not.toEqual(a.forwards);
  });

  test("gets null for gradients that nobody wants, zeros for the others", () => {
    let seen: layers.CustomLayerBackward | undefined;
    class Watch extends Scale {
      override backward(call: layers.CustomLayerBackward): void {
        seen = { ...call, dInputs: call.dInputs.map((values) => values && values.slice()) };
        super.backward(call);
      }
    }
    const layer = new Watch({ inputShape: [3] });
    const net = sequential({ layers: [layer, layers.dense({ units: 2 })] });
    net.compile({ loss: "mse" });
    net.trainOnBatch(x, y);
    expect(seen?.dInputs).toEqual([null]);
    expect(seen?.dWeights.calls).toBeNull();
    expect(seen?.dWeights.scale).toHaveLength(3);
    layer.trainable = false;
    net.compile({ loss: "mse" });
    net.gradients(x, y);
    expect(seen?.dWeights.scale).toBeNull();
    expect(seen?.dInputs).toEqual([new Float32Array(36)]);
  });

  test("has the options of every layer, and a name of its class", () => {
    const layer = new Scale({ name: "mine", trainable: false, activityRegularizer: "l1" });
    expect(layer.getConfig()).toEqual({
      name: "mine",
      trainable: false,
      activityRegularizer: { name: "l1L2", l1: 0.01, l2: 0 },
      factor: 1,
    });
    const net = sequential({ layers: [new Scale({ inputShape: [3] }), new Scale()] });
    expect(net.layers.map(({ name }) => name)).toEqual(["scale", "scale_1"]);
  });

  class Faulty extends Scale {
    fault: () => void = () => {};
    shape: unknown = [null, 2];

    protected override build(shapes: readonly Shape[]): void {
      super.build(shapes);
      this.fault();
    }

    override computeOutputShape(): Shape {
      return this.shape as Shape;
    }

    add(options: unknown): this {
      this.fault = () => void this.addWeight(options as layers.CustomWeightOptions);
      return this;
    }

    returning(shape: unknown): this {
      this.shape = shape;
      return this;
    }
  }

  test.each([
    ["a name twice", () => new Faulty().add({ name: "scale", shape: [] }), "INVALID_OPTION"],
    ["no name", () => new Faulty().add({ shape: [] }), "INVALID_OPTION"],
    ["a wrong size", () => new Faulty().add({ name: "w", shape: [0] }), "INVALID_OPTION"],
    ["an unknown option", () => new Faulty().add({ name: "w", shape: [], size: 1 }), "UNKNOWN_OPTION"],
    ["an initializer", () => new Faulty().add({ name: "w", shape: [], initializer: "x" }), "UNKNOWN_NAME"],
    ["no shape", () => new Faulty().returning(undefined), "SHAPE_MISMATCH"],
    ["a shape without the batch", () => new Faulty().returning([2]), "SHAPE_MISMATCH"],
    ["a broken shape", () => new Faulty().returning([null, 1.5]), "SHAPE_MISMATCH"],
  ])("%s is refused", (_what, make, code) => {
    expect(codeOf(() => make().apply(input({ shape: [2] })))).toBe(code);
  });

  test("an unknown option of the layer, and a weight after build, are refused", () => {
    expect(codeOf(() => new Scale({ factors: 1 } as never))).toBe("UNKNOWN_OPTION");
    const layer = new Faulty();
    layer.apply(input({ shape: [2] }));
    layer.add({ name: "late", shape: [] });
    expect(codeOf(() => layer.fault())).toBe("INVALID_OPTION");
  });
});
