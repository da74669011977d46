// Parts of the user's own that throw in the middle of a training step: it leaves the state after the step before.
import { configure, layers, losses, metrics, optimizers, regularizers } from "lanegrad";
import { sequential, setRandomSeed, tensor } from "lanegrad";
import type { Sequential } from "lanegrad";
import { describe, expect, test } from "vitest";
import { values } from "../support/data.js";

const WHERE = ["forward", "backward", "loss", "slope", "metric", "penalty"] as const;
type Where = (typeof WHERE)[number];
/** Where the next call throws. */
let failing: Where | undefined;

function pass(where: Where): void {
  if (failing === where) throw new Error(where);
}

class Same extends layers.CustomLayer {
  forward({ inputs: [x], output }: Parameters<layers.CustomLayer["forward"]>[0]): void {
    pass("forward");
    output.set(x);
  }
  backward({ dOutput, dInputs: [dX] }: Parameters<layers.CustomLayer["backward"]>[0]): void {
    pass("backward");
    dX?.set(dOutput);
  }
}

class Squares extends losses.CustomLoss {
  forward(yTrue: Float32Array, yPred: Float32Array, rows: number, _: number, perSample: Float32Array): void {
    pass("loss");
    for (let i = 0; i < rows; i++) perSample[i] = (yPred[i] - yTrue[i]) ** 2;
  }
  backward(yTrue: Float32Array, yPred: Float32Array, rows: number, _: number, dPred: Float32Array): void {
    pass("slope");
    for (let i = 0; i < rows; i++) dPred[i] = 2 * (yPred[i] - yTrue[i]);
  }
}

class Batches extends metrics.CustomMetric {
  constructor() {
    super({ name: "batches", stateSize: 1 });
  }
  updateState(): void {
    pass("metric");
    this.state[0]++;
  }
  result(): number {
    return this.state[0];
  }
}

class Nothing extends regularizers.CustomRegularizer {
  evaluate(): number {
    pass("penalty");
    return 0;
  }
}

const ROWS = 3;
const x = tensor(values(ROWS * 4 * 2, 1), [ROWS, 4, 2]);
const y = values(ROWS, 2);

function build(): Sequential {
  setRandomSeed(5);
  const recurrent = layers.lstm({ units: 3, stateful: true, returnSequences: true });
  const net = sequential({
    layers: [
      layers.masking({ inputShape: [4, 2] }),
      layers.batchNormalization({ momentum: 0.5 }),
      recurrent,
      layers.timeDistributed({ layer: layers.batchNormalization({ momentum: 0.5 }) }),
      layers.timeDistributed({ layer: new Same() }),
      layers.gru({ units: 3, stateful: true }),
      layers.batchNormalization({ momentum: 0.5 }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: 1, kernelRegularizer: new Nothing() }),
    ],
  });
  const optimizer = { name: "adam", useEma: true, emaMomentum: 0.5 } as const;
  net.compile({ optimizer, loss: new Squares(), metrics: [new Batches()] });
  return net;
}

function bytes(net: Sequential): Float32Array[] {
  return net.getWeights().map(({ data }) => data);
}

describe.each(WHERE)("an error in %s", (where) => {
  const fail = (net: Sequential): void => {
    failing = where;
    expect(() => net.trainOnBatch(x, y)).toThrow(where);
    failing = undefined;
  };

  test("of the first step leaves a model that may take batches of any size", () => {
    const [calm, net] = [build(), build()];
    fail(net);
    expect(bytes(net)).toEqual(bytes(calm));
    const first = (data: Sequential): number => data.trainOnBatch(x.slice(0, 2), y.slice(0, 2)).loss;
    expect(first(net)).toBe(first(calm));
  });

  test("leaves weights, moving statistics, averages and states as they were", async () => {
    const run = async (between: (net: Sequential) => void): Promise<unknown[]> => {
      const net = build();
      const results: unknown[] = [await net.fit(x, y, { epochs: 2, seed: 3, verbose: 0 })];
      for (let step = 0; step < 2; step++) {
        between(net);
        results.push(bytes(net), net.trainOnBatch(x, y));
      }
      between(net);
      return [...results, bytes(net), net.predict(x).data];
    };
    expect(await run(fail)).toEqual(await run(() => {}));
  });
});

test("an error of a part that has moved memory, which it must not, leaves other models alone", async () => {
  let wrong: (() => void) | undefined;
  class Moving extends layers.CustomLayer {
    forward({ inputs: [input], output }: Parameters<layers.CustomLayer["forward"]>[0]): void {
      wrong?.();
      output.set(input);
    }
    backward({ dOutput, dInputs: [dX] }: Parameters<layers.CustomLayer["backward"]>[0]): void {
      dX?.set(dOutput);
    }
  }
  configure({ memoryBudget: 3 * 1024 * 1024 });
  try {
    const dense = (units: number, inputShape?: number[]) => layers.dense({ units, inputShape });
    const net = sequential({ layers: [dense(200, [8]), new Moving(), dense(1)] });
    net.compile({ optimizer: optimizers.adam({ useEma: true }), loss: "meanSquaredError" });
    const inputs = x.data;
    await net.fit(inputs, y, { epochs: 5, verbose: 0 });
    const other = sequential({ layers: [dense(1500, [500]), dense(1)] });
    let before: Float32Array[] = [];
    wrong = () => {
      other.predict(new Float32Array(500).fill(1));
      before = bytes(other);
      throw new Error("moved");
    };
    expect(() => net.trainOnBatch(inputs, y)).toThrow("moved");
    expect(bytes(other)).toEqual(before);
  } finally {
    configure({ memoryBudget: 256 * 1024 * 1024 });
  }
});
