// Random functional graphs of smooth layers with random losses: the same for the same seed.
import { input, layers, Model, model, setRandomSeed, tensor } from "lanegrad";
import type { Functional, losses, SymbolicTensor, Tensor } from "lanegrad";
import { values } from "../support/data.js";
import { HEADS } from "./randomHeads.js";
import { Draw } from "./draw.js";

/** Rows of a batch. */
const ROWS = 5;

/** A tensor of more values in a row than this is made smaller. */
const LARGEST = 12;

const SMOOTH = ["tanh", "sigmoid", "gelu", "silu", "softplus", "mish", "softmax", "linear"] as const;

/** An output with what belongs to it. */
interface Head {
  output: SymbolicTensor;
  loss: losses.Loss;
  labels: Tensor;
}

/** What has been applied and may be again: its inputs have these shapes. */
interface Reusable {
  layer: layers.Layer;
  shapes: readonly (readonly number[])[];
}

/** A compiled model with a batch. */
export interface RandomGraph {
  net: Functional<Tensor[]>;
  x: Tensor[];
  y: (Tensor | null)[];
  sampleWeight: (Tensor | null)[] | undefined;
  /** What is in it, as "dropout" and "frozen". */
  features: ReadonlySet<string>;
}

function shapeOf(t: SymbolicTensor): number[] {
  return t.shape.slice(1).map(Number);
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, size) => total * size, 1);
}

export class GraphMaker {
  readonly draw: Draw;
  readonly features = new Set<string>();
  readonly #seed: number;
  readonly #pool: SymbolicTensor[] = [];
  readonly #unused = new Set<SymbolicTensor>();
  readonly #reusable: Reusable[] = [];
  readonly #models: Reusable[] = [];
  readonly #withWeights: layers.Layer[] = [];

  constructor(seed: number) {
    this.#seed = seed;
    this.draw = new Draw(seed);
  }

  make(): RandomGraph {
    const { draw } = this;
    setRandomSeed(100 + this.#seed);
    const inputs = Array.from({ length: draw.integer(1, 3) }, () =>
      input({ shape: draw.chance(0.2) ? [2, draw.integer(2, 3)] : [draw.integer(2, 5)] }),
    );
    for (const entrance of inputs) this.#keep(entrance);
    const steps = draw.integer(5, 9);
    for (let i = 0; i < steps; i++) this.#keep(this.#shrunk(this.#step()));
    const heads = Array.from({ length: draw.integer(1, 3) }, () => this.#head());
    this.#freeze();
    const net = model({ inputs, outputs: heads.map(({ output }) => output) });
    const withoutLoss = heads.length > 1 && draw.chance(0.3) ? draw.integer(0, heads.length - 1) : -1;
    if (withoutLoss >= 0) this.features.add("output without loss");
    net.compile({
      loss: heads.map(({ loss }, i) => (i === withoutLoss ? null : loss)),
      lossWeights: heads.map(() => 0.25 + 1.5 * draw.next()),
    });
    this.features.add(`${inputs.length} inputs`).add(`${heads.length} outputs`);
    const isWeighted = draw.chance(0.4);
    if (isWeighted) this.features.add("sample weights");
    return {
      net,
      x: inputs.map((entrance, i) => this.data(shapeOf(entrance), i)),
      y: heads.map(({ labels }, i) => (i === withoutLoss ? null : labels)),
      sampleWeight: isWeighted
        ? heads.map((_, i) =>
            i === withoutLoss || i === 1 ? null : tensor(draw.numbers(ROWS, 0.2, 2), [ROWS]),
          )
        : undefined,
      features: this.features,
    };
  }

  /** A batch of pseudo-random values. */
  data(shape: readonly number[], seed: number): Tensor {
    return tensor(values(ROWS * product(shape), 1000 * this.#seed + seed, 1.5), [ROWS, ...shape]);
  }

  #keep(t: SymbolicTensor): void {
    this.#pool.push(t);
    this.#unused.add(t);
  }

  /** One that nothing uses yet, more often than not. */
  #pick(): SymbolicTensor {
    const from = this.#unused.size > 0 && this.draw.chance(0.7) ? [...this.#unused] : this.#pool;
    const t = this.draw.pick(from);
    this.#unused.delete(t);
    return t;
  }

  #step(): SymbolicTensor {
    const name = this.draw.pick([
      "dense",
      "normalise",
      "noise",
      "rearrange",
      "merge",
      "dot",
      "again",
      "model",
    ]);
    switch (name) {
      case "dense":
        return this.#apply(this.#dense(), this.#pick());
      case "normalise":
        return this.#normalised(this.#pick());
      case "noise":
        return this.#apply(this.#noise(), this.#pick());
      case "rearrange":
        return this.#rearranged(this.#pick());
      case "merge":
        return this.#merged();
      case "dot":
        return this.#dot();
      case "again":
        return this.#again(this.#reusable, "layer used again");
      default:
        return this.draw.chance(0.5) ? this.#again(this.#models, "model used again") : this.#model();
    }
  }

  /** Applies a new layer, which may be used again. */
  #apply(layer: layers.Layer, ...inputs: SymbolicTensor[]): SymbolicTensor {
    this.features.add(layer.className);
    this.#reusable.push({ layer, shapes: inputs.map(shapeOf) });
    const output = layer.apply(inputs.length === 1 ? inputs[0] : inputs);
    if (layer.weights.length > 0) this.#withWeights.push(layer);
    return output;
  }

  #dense(units = this.draw.integer(2, 5)): layers.Layer {
    const { draw } = this;
    const penalised = draw.chance(0.25);
    if (penalised) this.features.add("regularizer");
    const penalty = { name: "l2", l2: 0.05 } as const;
    return layers.dense({
      units,
      activation: draw.pick(SMOOTH),
      useBias: draw.chance(0.8),
      biasInitializer: { name: "randomUniform", minval: -0.5, maxval: 0.5 },
      ...(penalised && { kernelRegularizer: penalty, biasRegularizer: penalty }),
      ...(penalised && draw.chance(0.5) && { activityRegularizer: penalty }),
    });
  }

  /** Epsilon is large enough that rows of almost equal values do not make the network too steep for differences. */
  #normalisation(): layers.Layer {
    const epsilon = 0.1;
    const { draw } = this;
    return draw.pick([
      () => layers.batchNormalization({ epsilon, gammaRegularizer: "l2" }),
      () => layers.layerNormalization({ epsilon, betaRegularizer: "l2", betaInitializer: "ones" }),
      () => layers.rmsNormalization({ epsilon }),
      () => layers.groupNormalization({ epsilon, groups: 1 }),
    ])();
  }

  /** Rows that are divided by their norm are positive numbers: near 0 such a layer is as steep as one likes. */
  #normalised(t: SymbolicTensor): SymbolicTensor {
    if (this.draw.chance(0.8)) return this.#apply(this.#normalisation(), t);
    const positive = this.#apply(layers.activation({ activation: "softplus" }), t);
    return this.#apply(layers.unitNormalization(), positive);
  }

  #noise(): layers.Layer {
    const { draw } = this;
    return draw.pick([
      () => layers.gaussianNoise({ stddev: 0.2 }),
      () => layers.dropout({ rate: 0.3 }),
      () => layers.gaussianDropout({ rate: 0.2 }),
    ])();
  }

  #rearranged(t: SymbolicTensor): SymbolicTensor {
    const shape = shapeOf(t);
    if (shape.length === 2) {
      const layer = this.draw.chance(0.5)
        ? layers.permute({ dims: [2, 1] })
        : layers.reshape({ targetShape: [product(shape)] });
      return this.#apply(layer, t);
    }
    if (shape[0] % 2 === 0 && shape[0] > 2) {
      return this.#apply(layers.reshape({ targetShape: [2, shape[0] / 2] }), t);
    }
    return this.#apply(layers.repeatVector({ n: this.draw.integer(2, 3) }), t);
  }

  #merged(): SymbolicTensor {
    const { draw } = this;
    const a = this.#pick();
    const shape = shapeOf(a);
    const make = draw.pick([
      layers.add,
      layers.subtract,
      layers.multiply,
      layers.average,
      layers.concatenate,
    ]);
    const other = (): SymbolicTensor => this.#fitted(this.#pick(), shape);
    if (make === layers.subtract || draw.chance(0.6)) {
      // A row of the last axis alone is repeated, where that is asked of broadcasting.
      const b = this.#pick();
      const isRow = make !== layers.concatenate && shape.length === 2 && draw.chance(0.5);
      if (isRow) this.features.add("broadcast");
      return this.#apply(make(), a, this.#fitted(b, isRow ? shape.slice(-1) : shape));
    }
    // The same tensor may well come twice.
    return this.#apply(make(), a, other(), draw.chance(0.3) ? a : other());
  }

  #dot(): SymbolicTensor {
    const a = this.#pick();
    const shape = shapeOf(a);
    const b = this.#fitted(this.#pick(), shape);
    return this.#apply(layers.dot({ axes: shape.length }), a, b);
  }

  /** A layer or a model that was applied before, on something else. */
  #again(from: readonly Reusable[], feature: string): SymbolicTensor {
    if (from.length === 0) return this.#apply(this.#dense(), this.#pick());
    this.features.add(feature);
    const { layer, shapes } = this.draw.pick(from);
    return this.#use(layer, shapes);
  }

  #use(layer: layers.Layer, shapes: readonly (readonly number[])[]): SymbolicTensor {
    const inputs = shapes.map((shape) => this.#fitted(this.#pick(), shape));
    const outputs = layer.applyAll(inputs.length === 1 ? inputs[0] : inputs);
    if (outputs.length > 1) this.features.add("model of two outputs as layer");
    for (const output of outputs.slice(1)) this.#keep(output);
    return outputs[0];
  }

  /** A model of one or two inputs and outputs, in which a layer may be used twice, as a layer. */
  #model(): SymbolicTensor {
    const { draw } = this;
    this.features.add("model as layer");
    const shapes = Array.from({ length: draw.integer(1, 2) }, () => [draw.integer(2, 4)]);
    const inputs = shapes.map((shape) => input({ shape }));
    const width = draw.integer(2, 4);
    const hidden = inputs.map((entrance) => this.#dense(width).apply(entrance));
    const sum = hidden.length === 1 ? hidden[0] : layers.add().apply(hidden);
    const normalised = this.#normalisation().apply(sum);
    const inner = this.#dense(width);
    const twice = draw.chance(0.5);
    const once = inner.apply(normalised);
    const outputs = [twice ? inner.apply(once) : once, ...(draw.chance(0.3) ? [sum] : [])];
    const layer = model({ inputs, outputs });
    // A model among the layers of a model within this one.
    if (draw.chance(0.3)) {
      this.features.add("model in a model as layer");
      const entrances = shapes.map((shape) => input({ shape }));
      const [inside] = layer.applyAll(entrances);
      return this.#newModel(model({ inputs: entrances, outputs: this.#dense(width).apply(inside) }), shapes);
    }
    return this.#newModel(layer, shapes);
  }

  #newModel(layer: layers.Layer, shapes: readonly (readonly number[])[]): SymbolicTensor {
    this.#models.push({ layer, shapes });
    this.#withWeights.push(layer);
    return this.#use(layer, shapes);
  }

  /** The tensor in another shape, by a dense layer where the sizes differ. */
  #fitted(t: SymbolicTensor, shape: readonly number[]): SymbolicTensor {
    const own = shapeOf(t);
    if (own.length === shape.length && own.every((size, i) => size === shape[i])) return t;
    const flat = own.length === 1 ? t : this.#apply(layers.flatten(), t);
    const size = product(shape);
    const sized = product(own) === size ? flat : this.#apply(this.#dense(size), flat);
    return shape.length === 1 ? sized : this.#apply(layers.reshape({ targetShape: shape }), sized);
  }

  #shrunk(t: SymbolicTensor): SymbolicTensor {
    return product(shapeOf(t)) > LARGEST ? this.#fitted(t, [4]) : t;
  }

  /** An output with labels and a loss that suits it; later outputs may come from it. */
  #head(): Head {
    const { draw } = this;
    const { loss, activation, labels, units } = draw.pick(HEADS);
    const columns = units ?? draw.integer(1, 3);
    const rest = [...this.#unused].slice(0, 3).map((t) => this.#fitted(t, [3]));
    const from =
      rest.length > 1 ? this.#apply(layers.concatenate(), ...rest) : this.#fitted(this.#pick(), [3]);
    this.#unused.clear();
    const output = layers.dense({ units: columns, activation }).apply(from);
    if (draw.chance(0.5)) this.#keep(output);
    const chosen = loss(draw.chance(0.5) ? { reduction: "sum" } : {});
    this.features.add(chosen.name);
    return { output, loss: chosen, labels: labels(draw, ROWS, columns) };
  }

  #freeze(): void {
    for (const layer of this.#withWeights) {
      if (!this.draw.chance(0.12)) continue;
      layer.trainable = false;
      this.features.add(layer instanceof Model ? "frozen model" : "frozen layer");
    }
  }
}
