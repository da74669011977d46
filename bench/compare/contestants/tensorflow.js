// TensorFlow.js. A step is `optimizer.minimize` in `tf.tidy`, as its guide on training advises for loops of
// one's own; the loss is read after the last step alone.
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { fileURLToPath } from "node:url";
import { dataOf, operandsOf, sample, weightsOf } from "../nets.js";

export async function setUp(backend) {
  setWasmPaths(
    fileURLToPath(new URL("../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url)),
  );
  setThreadsCount(1);
  await tf.setBackend(backend);
  await tf.ready();
  return tf.version.tfjs;
}

function addConvolutions(net, { convolutions, inputShape }) {
  convolutions.forEach(({ filters, size, padding }, i) => {
    const shape = i === 0 ? { inputShape } : {};
    net.add(tf.layers.conv2d({ filters, kernelSize: size, padding, activation: "relu", ...shape }));
    net.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  });
  if (convolutions.length > 0) net.add(tf.layers.flatten());
}

function makeNet(description, { logits = false } = {}) {
  const { layers, inputShape } = description;
  const net = tf.sequential();
  addConvolutions(net, description);
  layers.forEach(({ units, activation, normalized, steps }, i) => {
    const shape = net.layers.length === 0 ? { inputShape } : {};
    if (steps !== undefined) {
      net.add(tf.layers.lstm({ units, activation, recurrentActivation: "sigmoid", ...shape }));
      return;
    }
    const isOutput = i === layers.length - 1;
    if (!normalized) {
      net.add(tf.layers.dense({ units, activation: isOutput && logits ? "linear" : activation, ...shape }));
      return;
    }
    net.add(tf.layers.dense({ units, useBias: false, ...shape }));
    net.add(tf.layers.batchNormalization());
    net.add(tf.layers.activation({ activation }));
  });
  return net;
}

function setWeights(net, weights) {
  const withKernel = net.layers.filter((layer) => ["Conv2D", "Dense", "LSTM"].includes(layer.getClassName()));
  withKernel.forEach((layer, i) => {
    const { kernel, shape, recurrent, recurrentShape, bias } = weights[i];
    const hasBias = layer.getWeights().at(-1).shape.length === 1;
    layer.setWeights([
      tf.tensor(kernel, shape),
      ...(recurrent === undefined ? [] : [tf.tensor(recurrent, recurrentShape)]),
      ...(hasBias ? [tf.tensor1d(bias)] : []),
    ]);
  });
}

const inputOf = (x, job) => tf.tensor(x, [job.rows, ...job.net.inputShape]);

function tensorsOf(job) {
  const { x, y } = dataOf(job.net, job.rows);
  return [inputOf(x, job), tf.tensor2d(y, [job.rows, job.net.outputs])];
}

function prepareStep(job) {
  const [x, y] = tensorsOf(job);
  const weights = weightsOf(job.net);
  return async () => {
    const net = makeNet(job.net, { logits: true });
    setWeights(net, weights);
    const optimizer = tf.train.adam(0.001);
    const loss = () => tf.losses.softmaxCrossEntropy(y, net.apply(x, { training: true }));
    const start = performance.now();
    for (let i = 1; i < job.count; i++) tf.tidy(() => void optimizer.minimize(loss));
    const last = tf.tidy(() => optimizer.minimize(loss, true));
    const losses = Array.from(last.dataSync());
    const milliseconds = performance.now() - start;
    net.dispose();
    optimizer.dispose();
    last.dispose();
    return { milliseconds, losses };
  };
}

function prepareFit(job) {
  const [x, y] = tensorsOf(job);
  const weights = weightsOf(job.net);
  const loss = job.net.outputs === 1 ? "binaryCrossentropy" : "categoricalCrossentropy";
  return async (epochs = job.epochs) => {
    const net = makeNet(job.net);
    net.compile({ optimizer: tf.train.adam(0.001), loss });
    setWeights(net, weights);
    const start = performance.now();
    const { history } = await net.fit(x, y, {
      epochs,
      batchSize: job.batch,
      shuffle: false,
      verbose: 0,
    });
    const milliseconds = performance.now() - start;
    net.dispose();
    return { milliseconds, losses: history.loss };
  };
}

function preparePredict(job) {
  const { x } = dataOf(job.net, job.rows);
  const net = makeNet(job.net);
  setWeights(net, weightsOf(job.net));
  const input = inputOf(x, job);
  const predict = () => net.predictOnBatch(input);
  return () => {
    const start = performance.now();
    let output;
    for (let i = 0; i < job.count; i++) output = tf.tidy(() => predict().dataSync());
    return { milliseconds: performance.now() - start, outputs: sample(output) };
  };
}

function prepareMatMul(job) {
  const { a, b, aShape, bShape } = operandsOf(job);
  const [left, right] = [tf.tensor2d(a, aShape), tf.tensor2d(b, bShape)];
  const product = () => tf.matMul(left, right, job.transposeA, job.transposeB);
  return () => {
    const start = performance.now();
    for (let i = 1; i < job.count; i++) product().dispose();
    const last = product();
    const milliseconds = performance.now() - start;
    const outputs = sample(last.dataSync());
    last.dispose();
    return { milliseconds, outputs };
  };
}

const WORK = { step: prepareStep, fit: prepareFit, predict: preparePredict, matMul: prepareMatMul };

export const prepare = (job) => WORK[job.kind](job);
