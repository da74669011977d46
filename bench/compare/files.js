// What contestants cannot compute for themselves: data for Python, a model for ONNX Runtime, the yardstick.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataOf, operandsOf, weightsOf } from "./nets.js";
import { denseModel } from "./onnx.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The arrays of a job by name: values and shape. */
function arraysOf(job) {
  if (job.kind === "matMul") {
    const { a, b, aShape, bShape } = operandsOf(job);
    return { a: [a, aShape], b: [b, bShape] };
  }
  const { x, y } = dataOf(job.net, job.rows);
  const arrays = { x: [x, [job.rows, ...job.net.inputShape]], y: [y, [job.rows, job.net.outputs]] };
  weightsOf(job.net).forEach(({ kernel, shape, recurrent, recurrentShape, bias }, i) => {
    arrays[`kernel${i}`] = [kernel, shape];
    if (recurrent === undefined) return;
    arrays[`recurrent${i}`] = [recurrent, recurrentShape];
    arrays[`bias${i}`] = [bias, [bias.length]];
  });
  return arrays;
}

/** The job, with the files of its arrays (float32, little endian) and of its model. */
export function withFiles(job, folder) {
  const files = {};
  for (const [name, [data, shape]] of Object.entries(arraysOf(job))) {
    const path = join(folder, `${name}.f32`);
    writeFileSync(path, data);
    files[name] = { path, shape };
  }
  return { ...job, folder, files };
}

/** Writes the network of a job as an ONNX file and gives its path. */
export function writeModel({ net, rows }, folder) {
  const path = join(folder, "model.onnx");
  writeFileSync(path, denseModel(net, weightsOf(net), rows));
  return path;
}

/** Compiles the yardstick, multiply-adds that wait for nothing, in both builds. */
export function compilePeaks(folder) {
  const compiler = join(ROOT, "node_modules", "assemblyscript", "bin", "asc.js");
  for (const build of ["simd", "relaxed-simd"]) {
    const output = join(folder, `peak.${build}.wasm`);
    // A configuration of its own: that of the package would compile all kernels.
    const options = ["--config", "bench/compare/asconfig.json", "--target", build, "-o", output];
    const { status } = spawnSync(process.execPath, [compiler, ...options], { cwd: ROOT, stdio: "inherit" });
    if (status !== 0) throw new Error("The yardstick assembly/peak.ts does not compile");
  }
}
