// Softmax regression run close to its optimum, with the strength of its penalty chosen on rows held back: a fair judge of
// features. The problem is convex, so neither first weights nor learning rate decide where it ends.
import { layers, optimizers, regularizers, schedules, scores, sequential } from "lanegrad";

const EPOCHS = 600;
const BATCH = 128;

/** Penalties to choose from: the mean cross-entropy of a row is weighed against so many times the sum of squared weights. */
const PENALTIES = [3e-4, 1e-4, 3e-5, 1e-5, 3e-6];

/**
 * @param {number[][]} x rows of features
 * @param {ArrayLike<number>} y classes from 0 to 9
 * @param {number} penalty see PENALTIES
 */
export async function fitSoftmaxRegression(x, y, penalty) {
  const net = sequential({
    layers: [
      layers.dense({
        units: 10,
        activation: "softmax",
        inputShape: [x[0].length],
        kernelRegularizer: regularizers.l2({ l2: penalty }),
      }),
    ],
  });
  // A rate that falls to 0 ends in the optimum, not in a cloud around it.
  const decaySteps = EPOCHS * Math.ceil(x.length / BATCH);
  net.compile({
    optimizer: optimizers.adam({
      learningRate: schedules.cosineDecay({ initialLearningRate: 0.05, decaySteps }),
    }),
    loss: "sparseCategoricalCrossentropy",
  });
  await net.fit(x, y, { epochs: EPOCHS, batchSize: BATCH, verbose: 0 });
  return net;
}

/** The share of rows that a network puts into the right class. */
export function accuracyOf(net, x, y) {
  return scores.accuracy(y, net.predict(x).argMax());
}

/** The penalty that is best for rows held back, the strongest of equally good ones, and the accuracy there. */
export async function choosePenalty(xTrain, yTrain, xValidation, yValidation) {
  let best = { penalty: PENALTIES[0], accuracy: -1 };
  for (const penalty of PENALTIES) {
    const net = await fitSoftmaxRegression(xTrain, yTrain, penalty);
    const accuracy = accuracyOf(net, xValidation, yValidation);
    if (accuracy > best.accuracy) best = { penalty, accuracy };
  }
  return best;
}
