// Training to a known loss, evaluating and predicting.
import { callbacks, input, layers, losses, model, optimizers, sequential } from "./lanegrad.js";
import { close, holds, same } from "./check.js";
import { EVALUATED_LOSS, LOSSES, PREDICTIONS } from "./reference.js";

/** Single precision against double precision, over 60 steps of Adam. */
const TOLERANCE = 2e-5;

/** The numbers of reference.py. */
function numbers(count, factor, modulus) {
  return Float32Array.from({ length: count }, (_, i) => ((i * factor) % modulus) / modulus - 0.5);
}

const x = numbers(36, 37, 101).map((number) => 2 * number);
const y = Int32Array.from({ length: 12 }, (_, row) => (row % 5) % 2);

/** The network of reference.py, with its first weights. */
function referenceNet() {
  const net = sequential({
    layers: [
      layers.dense({ units: 5, activation: "tanh", inputShape: [3] }),
      layers.dense({ units: 2, activation: "softmax" }),
    ],
  });
  const first = net.getWeights().map(({ shape, size }) => ({ shape, data: numbers(size, 17, 29) }));
  net.setWeights(first.map(({ shape, data }) => nested(data, shape)));
  return net;
}

function nested(data, [rows, columns]) {
  if (columns === undefined) return Array.from(data);
  return Array.from({ length: rows }, (_, i) => Array.from(data.slice(i * columns, (i + 1) * columns)));
}

export const learning = {
  async "fit has the losses of PyTorch in double precision"() {
    const net = referenceNet();
    net.compile({
      optimizer: optimizers.adam({ learningRate: 0.05 }),
      loss: "sparseCategoricalCrossentropy",
      metrics: ["accuracy"],
    });
    const { history, epoch } = await net.fit(x, y, {
      batchSize: 5,
      epochs: 20,
      shuffle: false,
      verbose: 0,
    });
    same(epoch.length, 20, "epochs");
    close(history.loss, LOSSES, TOLERANCE, "losses");
    const { loss, accuracy } = net.evaluate(x, y);
    close(loss, EVALUATED_LOSS, TOLERANCE, "evaluate");
    const right = PREDICTIONS.filter((first, row) => (first > 0.5 ? 0 : 1) === y[row]).length;
    close(accuracy, right / y.length, 1e-6, "accuracy");
    const predictions = net.predict(x);
    same(predictions.shape, [12, 2], "shape");
    const probabilities = predictions.toArray().map(([first]) => first);
    close(probabilities, PREDICTIONS, TOLERANCE, "predictions");
  },

  "one step of gradient descent is the one done by hand"() {
    // y = wx + b from w = b = 0 on (1, 3) and (2, 5): loss (9 + 25) / 2, dw = -(3 + 10), db = -(3 + 5).
    const net = sequential({
      layers: [layers.dense({ units: 1, kernelInitializer: "zeros", inputShape: [1] })],
    });
    net.compile({ optimizer: optimizers.sgd({ learningRate: 0.1 }), loss: losses.meanSquaredError() });
    close(net.trainOnBatch([[1], [2]], [[3], [5]]).loss, 17, 1e-6, "loss");
    const [kernel, bias] = net.getWeights();
    close([...kernel.data, ...bias.data], [1.3, 0.8], 1e-6, "weights");
  },

  async "a line is learnt, with the defaults and with callbacks"() {
    const net = sequential({ layers: [layers.dense({ units: 1, inputShape: [1] })] });
    net.compile({ optimizer: { name: "sgd", learningRate: 0.1 }, loss: "mse" });
    let epochs = 0;
    const counter = callbacks.lambda({ onEpochEnd: () => void epochs++ });
    const { history } = await net.fit([[0], [1], [2], [3]], [1, 3, 5, 7], {
      epochs: 300,
      callbacks: [counter],
    });
    same(epochs, 300, "calls of onEpochEnd");
    holds(history.loss.at(-1) < 1e-4, `loss ${history.loss.at(-1)} after 300 epochs`);
    close(net.predict([[10]]).toArray(), [[21]], 0.1, "prediction");
  },

  async "batches of a generator, with validation"() {
    const net = referenceNet();
    net.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
    async function* batches() {
      for (let row = 0; row < 12; row += 4) {
        yield { x: x.slice(3 * row, 3 * (row + 4)), y: y.slice(row, row + 4) };
      }
    }
    const asyncIterable = { [Symbol.asyncIterator]: batches };
    const { history } = await net.fit(asyncIterable, {
      epochs: 3,
      validationData: [x, y],
      verbose: 0,
    });
    same([history.loss.length, history.val_loss.length], [3, 3], "epochs");
    holds(history.val_loss[2] < history.val_loss[0], `validation losses ${history.val_loss}`);
  },

  async "a graph with two branches learns a sum"() {
    const [left, right] = [input({ shape: [2] }), input({ shape: [3] })];
    const branch = (tensor) => layers.dense({ units: 4 }).apply(tensor);
    const joined = layers.concatenate().apply([branch(left), branch(right)]);
    const net = model({ inputs: [left, right], outputs: layers.dense({ units: 1 }).apply(joined) });
    net.compile({ optimizer: optimizers.adam({ learningRate: 0.02 }), loss: "mse" });
    const [a, b] = [numbers(80, 7, 41), numbers(120, 11, 43)];
    const sums = Float32Array.from({ length: 40 }, (_, i) => a[2 * i] - a[2 * i + 1] + 2 * b[3 * i + 1]);
    const { history } = await net.fit([a, b], sums, { epochs: 150, seed: 4, verbose: 0 });
    holds(history.loss.at(-1) < 1e-3, `loss ${history.loss.at(-1)} after 150 epochs`);
    close(net.predict([a, b]).data.at(5), sums[5], 0.1, "prediction");
  },
};
