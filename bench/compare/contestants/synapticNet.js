// synaptic. It updates after every row, without batches and without Adam, and its units are logistic: only
// that its loss falls is checked.
import { createRequire } from "node:module";
import { dataOf } from "../nets.js";

const require = createRequire(import.meta.url);
const synaptic = require("synaptic");

/** With larger ones the loss of 8-16-8-1 does not fall. */
const RATE = 0.01;

/** Below any error, so that training never stops early (zero would mean the default). */
const NO_ERROR = 1e-12;

export const setUp = () => require("synaptic/package.json").version;

const makeNet = ({ inputs, layers }) =>
  new synaptic.Architect.Perceptron(inputs, ...layers.map(({ units }) => units));

function rowsOf({ net, rows }) {
  const { x, y } = dataOf(net, rows);
  return Array.from({ length: rows }, (_, i) => ({
    input: Array.from(x.subarray(i * net.inputs, (i + 1) * net.inputs)),
    output: Array.from(y.subarray(i * net.outputs, (i + 1) * net.outputs)),
  }));
}

function prepareFit(job) {
  const rows = rowsOf(job);
  return (epochs = job.epochs) => {
    const trainer = new synaptic.Trainer(makeNet(job.net));
    const losses = [];
    const start = performance.now();
    trainer.train(rows, {
      rate: RATE,
      iterations: epochs,
      error: NO_ERROR,
      cost: synaptic.Trainer.cost.CROSS_ENTROPY,
      schedule: { every: 1, do: ({ error }) => void losses.push(error) },
    });
    return { milliseconds: performance.now() - start, losses };
  };
}

function preparePredict(job) {
  const [{ input }] = rowsOf(job);
  const net = makeNet(job.net);
  return () => {
    const start = performance.now();
    let outputs;
    for (let i = 0; i < job.count; i++) outputs = net.activate(input);
    return { milliseconds: performance.now() - start, outputs: Array.from(outputs) };
  };
}

const WORK = { fit: prepareFit, predict: preparePredict };

export const prepare = (job) => WORK[job.kind](job);
