// jax-js: the whole step, Adam included, is one function under `jit`. A function takes ownership of its
// arguments; `.ref` keeps an array for later.
import { readFileSync } from "node:fs";
import { defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
import { dataOf, operandsOf, sample, weightsOf } from "../nets.js";

const PACKAGE = new URL("../node_modules/@jax-js/jax/package.json", import.meta.url);

const RATE = 0.001;
const BETA1 = 0.9;
const BETA2 = 0.999;
const ADAM_EPSILON = 1e-7;
const NORM_EPSILON = 1e-3;
const NORM_MOMENTUM = 0.99;

export async function setUp() {
  await init("wasm");
  defaultDevice("wasm");
  return JSON.parse(readFileSync(PACKAGE, "utf8")).version;
}

const matrix = (data, shape) => np.array(data).reshape(shape);

const ACTIVATIONS = { relu: nn.relu, sigmoid: nn.sigmoid, softmax: (x) => nn.softmax(x, -1) };

/** What is trained, as one list: kernel and bias of each layer, or kernel, gamma and beta. */
function parametersOf({ layers }, weights) {
  return layers.flatMap(({ inputs, units, normalized }, i) => {
    const kernel = matrix(weights[i].kernel, [inputs, units]);
    return normalized ? [kernel, np.ones([units]), np.zeros([units])] : [kernel, np.array(weights[i].bias)];
  });
}

/** Moving mean and variance of each normalised layer, as one list. */
const statisticsOf = ({ layers }) =>
  layers.flatMap(({ units, normalized }) => (normalized ? [np.zeros([units]), np.ones([units])] : []));

/** The sums of the last layer, before its activation, and mean and variance of each normalised batch. */
function forward({ layers }, parameters, x) {
  const moments = [];
  let next = 0;
  let value = x;
  layers.forEach(({ activation, normalized }, i) => {
    const sums = np.matmul(value, parameters[next++]);
    if (normalized) {
      const mean = sums.ref.mean(0);
      const centred = sums.sub(mean.ref);
      const variance = np.square(centred.ref).mean(0);
      const scaled = centred.div(np.sqrt(variance.ref.add(NORM_EPSILON)));
      value = scaled.mul(parameters[next++]).add(parameters[next++]);
      moments.push(mean, variance);
    } else {
      value = sums.add(parameters[next++]);
    }
    if (i < layers.length - 1) value = ACTIVATIONS[activation](value);
  });
  return { logits: value, moments };
}

function lossOf(net, logits, y) {
  if (net.outputs === 1) return nn.softplus(logits.ref).sub(y.mul(logits)).mean();
  return nn.logSoftmax(logits, -1).mul(y).sum(-1).mean().neg();
}

/** One step of Adam: takes the state and a batch, gives the next state and the loss. */
function makeStep(net) {
  const lossAndGradients = valueAndGrad(
    (parameters, x, y) => {
      const { logits, moments } = forward(net, parameters, x);
      return [lossOf(net, logits, y), moments];
    },
    { hasAux: true },
  );
  return jit(({ parameters, first, second, powers, statistics }, x, y) => {
    const [[loss, moments], gradients] = lossAndGradients(
      parameters.map((parameter) => parameter.ref),
      x,
      y,
    );
    const [power1, power2] = [powers[0].mul(BETA1), powers[1].mul(BETA2)];
    const correction = np.sqrt(power2.ref.neg().add(1)).div(power1.ref.neg().add(1));
    const rate = correction.mul(RATE);
    const next = { parameters: [], first: [], second: [], powers: [power1, power2], statistics: [] };
    gradients.forEach((gradient, i) => {
      const m = first[i].mul(BETA1).add(gradient.ref.mul(1 - BETA1));
      const v = second[i].mul(BETA2).add(np.square(gradient).mul(1 - BETA2));
      const change = rate.ref.mul(m.ref).div(np.sqrt(v.ref).add(ADAM_EPSILON));
      next.parameters.push(parameters[i].sub(change));
      next.first.push(m);
      next.second.push(v);
    });
    rate.dispose();
    moments.forEach((moment, i) =>
      next.statistics.push(statistics[i].mul(NORM_MOMENTUM).add(moment.mul(1 - NORM_MOMENTUM))),
    );
    return [next, loss];
  });
}

function stateOf(net, weights) {
  const parameters = parametersOf(net, weights);
  const zeros = () => parameters.map(({ shape }) => np.zeros(shape));
  return {
    parameters,
    first: zeros(),
    second: zeros(),
    powers: [np.array([1]), np.array([1])],
    statistics: statisticsOf(net),
  };
}

function dispose(state) {
  for (const list of Object.values(state)) for (const array of list) array.dispose();
}

function batchesOf({ net, rows, batch }) {
  const { x, y } = dataOf(net, rows);
  return Array.from({ length: Math.ceil(rows / batch) }, (_, i) => {
    const [from, to] = [i * batch, Math.min(rows, (i + 1) * batch)];
    return {
      x: matrix(x.subarray(from * net.inputs, to * net.inputs), [to - from, net.inputs]),
      y: matrix(y.subarray(from * net.outputs, to * net.outputs), [to - from, net.outputs]),
      rows: to - from,
    };
  });
}

function prepareStep(job) {
  const [batch] = batchesOf(job);
  const weights = weightsOf(job.net);
  const step = makeStep(job.net);
  return async () => {
    let state = stateOf(job.net, weights);
    const start = performance.now();
    let loss;
    for (let i = 0; i < job.count; i++) {
      loss?.dispose();
      [state, loss] = step(state, batch.x.ref, batch.y.ref);
      await loss.blockUntilReady();
    }
    const losses = Array.from(await loss.data());
    const milliseconds = performance.now() - start;
    dispose(state);
    return { milliseconds, losses };
  };
}

function prepareFit(job) {
  const batches = batchesOf(job);
  const weights = weightsOf(job.net);
  const step = makeStep(job.net);
  return async (epochs = job.epochs) => {
    let state = stateOf(job.net, weights);
    const losses = [];
    const start = performance.now();
    for (let epoch = 0; epoch < epochs; epoch++) {
      let sum = 0;
      for (const { x, y, rows } of batches) {
        let loss;
        [state, loss] = step(state, x.ref, y.ref);
        sum += (await loss.data())[0] * rows;
      }
      losses.push(sum / job.rows);
    }
    const milliseconds = performance.now() - start;
    dispose(state);
    return { milliseconds, losses };
  };
}

function preparePredict(job) {
  const { x } = dataOf(job.net, job.rows);
  const parameters = parametersOf(job.net, weightsOf(job.net));
  const activation = ACTIVATIONS[job.net.layers.at(-1).activation];
  const predict = jit((weights, input) => activation(forward(job.net, weights, input).logits));
  const input = matrix(x, [job.rows, job.net.inputs]);
  return async () => {
    const start = performance.now();
    let output;
    for (let i = 0; i < job.count; i++) {
      const weights = parameters.map((parameter) => parameter.ref);
      output = await predict(weights, input.ref).data();
    }
    return { milliseconds: performance.now() - start, outputs: sample(output) };
  };
}

function prepareMatMul(job) {
  const { a, b, aShape, bShape } = operandsOf(job);
  const [left, right] = [matrix(a, aShape), matrix(b, bShape)];
  const product = jit((x, y) =>
    np.matmul(job.transposeA ? x.transpose() : x, job.transposeB ? y.transpose() : y),
  );
  return async () => {
    const start = performance.now();
    let output;
    for (let i = 0; i < job.count; i++) {
      output?.dispose();
      output = product(left.ref, right.ref);
      await output.blockUntilReady();
    }
    const milliseconds = performance.now() - start;
    return { milliseconds, outputs: sample(await output.data()) };
  };
}

const WORK = { step: prepareStep, fit: prepareFit, predict: preparePredict, matMul: prepareMatMul };

export const prepare = (job) => WORK[job.kind](job);
