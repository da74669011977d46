// ONNX Runtime, on WebAssembly ("web") or native ("node"), on one thread. It predicts; it does not train.
import { denseModel, productModel } from "../onnx.js";
import { dataOf, operandsOf, sample, weightsOf } from "../nets.js";

let ort;
let options;

export async function setUp(setting) {
  ort = await import(`onnxruntime-${setting}`);
  if (setting === "web") {
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.proxy = false;
    options = { executionProviders: ["wasm"] };
  } else {
    options = { executionProviders: ["cpu"], intraOpNumThreads: 1, interOpNumThreads: 1 };
  }
  return ort.env.versions[setting] ?? ort.env.versions.common;
}

async function repeated(model, inputs, count) {
  const session = await ort.InferenceSession.create(model, options);
  return async () => {
    const start = performance.now();
    let results;
    for (let i = 0; i < count; i++) results = await session.run(inputs);
    return { milliseconds: performance.now() - start, outputs: sample(results.y.data) };
  };
}

function preparePredict({ net, rows, count }) {
  const { x } = dataOf(net, rows);
  const model = denseModel(net, weightsOf(net), rows);
  return repeated(model, { x: new ort.Tensor("float32", x, [rows, net.inputs]) }, count);
}

function prepareMatMul(job) {
  const { a, b, aShape, bShape } = operandsOf(job);
  const inputs = { a: new ort.Tensor("float32", a, aShape), b: new ort.Tensor("float32", b, bShape) };
  return repeated(productModel(job, aShape, bShape), inputs, job.count);
}

const WORK = { predict: preparePredict, matMul: prepareMatMul };

export const prepare = (job) => WORK[job.kind](job);
