const [setting, model] = process.argv.slice(2);
const ort = await import(`onnxruntime-${setting}`);
if (setting === "web") {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
}
const options =
  setting === "web" ? { executionProviders: ["wasm"] } : { intraOpNumThreads: 1, interOpNumThreads: 1 };
const session = await ort.InferenceSession.create(model, options);
const { y } = await session.run({ x: new ort.Tensor("float32", new Float32Array(784), [1, 784]) });
console.log(Array.from(y.data).join());
