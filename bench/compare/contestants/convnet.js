// convnetjs. It has no Adam and no binary output, so it trains with momentum, and 8-16-8-1 has two classes:
// only that its loss falls is checked.
import { createRequire } from "node:module";
import { dataOf, sample, weightsOf } from "../nets.js";

const require = createRequire(import.meta.url);
const convnetjs = require("convnetjs");

export const setUp = () => require("convnetjs/package.json").version;

const classesOf = ({ outputs }) => Math.max(2, outputs);

function makeNet(description) {
  const { layers, inputs } = description;
  const net = new convnetjs.Net();
  net.makeLayers([
    { type: "input", out_sx: 1, out_sy: 1, out_depth: inputs },
    ...layers.slice(0, -1).map(({ units }) => ({ type: "fc", num_neurons: units, activation: "relu" })),
    { type: "softmax", num_classes: classesOf(description) },
  ]);
  return net;
}

function setWeights(net, { layers }, weights) {
  const dense = net.layers.filter((layer) => layer.layer_type === "fc");
  dense.forEach(({ filters, biases }, i) => {
    const { inputs, units } = layers[i];
    filters.forEach((filter, unit) => {
      for (let j = 0; j < inputs; j++) filter.w[j] = weights[i].kernel[j * units + (unit % units)];
    });
    biases.w.fill(0);
  });
}

function rowsOf({ x, labels }, { inputs }) {
  return Array.from(labels, (label, i) => {
    const row = new convnetjs.Vol(1, 1, inputs, 0);
    row.w.set(x.subarray(i * inputs, (i + 1) * inputs));
    return { row, label };
  });
}

function makeTrained(description, weights, batch) {
  const net = makeNet(description);
  setWeights(net, description, weights);
  return new convnetjs.Trainer(net, { method: "sgd", learning_rate: 0.01, momentum: 0.9, batch_size: batch });
}

/** Passes over the rows, as often as is said: the mean loss of each half of each pass. */
function train(job, passes) {
  const rows = rowsOf(dataOf(job.net, job.rows), job.net);
  const halves = [rows.slice(0, rows.length / 2), rows.slice(rows.length / 2)];
  const weights = weightsOf(job.net);
  return (epochs = passes) => {
    const trainer = makeTrained(job.net, weights, job.batch);
    const losses = [];
    const start = performance.now();
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const half of halves) {
        let sum = 0;
        for (const { row, label } of half) sum += trainer.train(row, label).loss;
        losses.push(sum / half.length);
      }
    }
    return { milliseconds: performance.now() - start, losses };
  };
}

function preparePredict(job) {
  const rows = rowsOf(dataOf(job.net, job.rows), job.net);
  const net = makeNet(job.net);
  setWeights(net, job.net, weightsOf(job.net));
  return () => {
    const outputs = [];
    const start = performance.now();
    for (let i = 0; i < job.count; i++) {
      outputs.length = 0;
      for (const { row } of rows) outputs.push(net.forward(row).w);
    }
    const milliseconds = performance.now() - start;
    return { milliseconds, outputs: sample(outputs.flatMap((output) => Array.from(output))) };
  };
}

const WORK = {
  step: (job) => train(job, job.count),
  fit: (job) => train(job, job.epochs),
  predict: preparePredict,
};

export const prepare = (job) => WORK[job.kind](job);
