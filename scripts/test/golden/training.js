// Whole models: the loss of every step and the weights at the end.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { preprocessing, regularizers, sequential, tensor } from "lanegrad";
import { build } from "./generator.js";
import { camelCase, find, toOptions } from "./case.js";
import { makeOptimizer } from "./optimizers.js";

const WEIGHTS = ["kernel", "bias", "gamma", "beta", "moving_mean", "moving_var"];

function train(testCase) {
  const { params, expected } = testCase;
  const { x, y } = readData(testCase);
  const lossOf = find("losses", camelCase(params.loss));
  const net = sequential({
    layers: params.layers.map((layer, i) => makeLayer(layer, i === 0 ? [x[0].length] : undefined)),
  });
  net.compile({ optimizer: makeOptimizer(params.optimizer), loss: lossOf() });
  const keys = weightKeys(params.layers, testCase.inputs);
  net.setWeights(keys.map((key) => testCase.input(key)));

  const seen = { loss: [], total: [] };
  for (const rows of batches(params, x.length)) {
    const xBatch = rows.map((row) => x[row]);
    const yBatch = rows.map((row) => y[row]);
    // The regularization is what `testOnBatch` reports beyond the loss of the predictions.
    const dataLoss = lossOf().value(yBatch, net.predict(xBatch));
    const penalty = net.testOnBatch(xBatch, yBatch).loss - dataLoss;
    const { loss } = net.trainOnBatch(xBatch, yBatch);
    seen.total.push(loss);
    seen.loss.push(loss - penalty);
  }
  testCase.compareList("loss", seen.loss, expected.loss);
  if (expected.total !== undefined) testCase.compareList("total", seen.total, expected.total);

  const weights = net.getWeights();
  testCase.expect(
    weights.length === keys.length,
    `there are ${weights.length} weights, expected ${keys.length}`,
  );
  keys.forEach((key, i) => testCase.compareTensor(`final ${key}`, weights[i], expected.final[key]));
  const predicted = net.predict(x.slice(0, expected.predict.shape[0]));
  testCase.compare("predict", predicted);
}

function makeLayer({ type, ...params }, inputShape) {
  if (type === "batchnorm") return find("layers", "batchNormalization")({ ...toOptions(params), inputShape });
  const { activation, negative_slope, alpha, l1, l2, ...others } = params;
  const slopes = {
    ...(negative_slope !== undefined && { negativeSlope: negative_slope }),
    ...(alpha !== undefined && { alpha }),
  };
  const spec = { name: camelCase(activation), ...slopes };
  if (type === "activation") return find("layers", "activation")({ activation: spec, inputShape });
  if (type !== "dense") throw new Error(`unknown layer ${type}`);
  const kernelRegularizer = l1 || l2 ? regularizers.l1L2({ l1: l1 ?? 0, l2: l2 ?? 0 }) : undefined;
  return find("layers", "dense")({ ...toOptions(others), activation: spec, kernelRegularizer, inputShape });
}

/** The keys of all weights in the order in which a model lists them. */
function weightKeys(layers, inputs) {
  return layers.flatMap((_, index) =>
    WEIGHTS.map((name) => `${index}.${name}`).filter((key) => key in inputs),
  );
}

/** The rows of each step: position i of the order is row (i * stride) mod N. */
function* batches({ batch, stride, steps, tail_batch }, count) {
  let position = 0;
  for (let step = 0; step < steps; step++) {
    const size = tail_batch ? Math.min(batch, count - position) : batch;
    yield Array.from({ length: size }, (_, i) => (((position + i) % count) * stride) % count);
    position = (position + size) % count;
  }
}

/** Columns brought to mean 0 and standard deviation 1 in float64, then rounded to float32. */
function standardise(rows) {
  return tensor(preprocessing.standardScaler().fitTransform(rows)).toArray();
}

/** Rows of x and of y, both as nested arrays of float32 numbers. */
function readData({ data, dataFolders }) {
  if (data.csv === undefined) {
    return {
      x: tensor(build(data.X), data.X.shape).toArray(),
      y: tensor(build(data.y), data.y.shape).toArray(),
    };
  }
  const paths = dataFolders.map((folder) => join(folder, data.csv));
  const path = paths.find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error(`there is no ${data.csv} in ${dataFolders.join(" or ")}`);
  const [, ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const table = lines.map((line) => line.split(","));
  const x = standardise(table.map((row) => row.slice(0, -1).map(Number)));
  const targets = table.map((row) => row.at(-1));
  if (Number.isNaN(Number(targets[0]))) return { x, y: preprocessing.oneHot(targets).toArray() };
  const y = targets.map((target) => [Number(target)]);
  return { x, y: data.standardize_y ? standardise(y) : y };
}

export const trainingRuns = { train };
