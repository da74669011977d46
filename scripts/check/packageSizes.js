// How much a browser downloads: the table of limits, and how they are measured. (size-limit 14 would do the same, but
// needs Node 22 and an esbuild of its own.)
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Trains, evaluates, predicts and saves. esbuild leaves out what is not used of a namespace's own entry alone. */
const minimal = (entry, before = "") => `
  import { sequential } from "${entry}";
  import * as layers from "${entry}/layers";
  import * as losses from "${entry}/losses";
  import * as optimizers from "${entry}/optimizers";
  ${before}
  const net = sequential({ layers: [
    layers.dense({ units: 8, activation: "relu", inputShape: [4] }),
    layers.batchNormalization(),
    layers.dropout({ rate: 0.1 }),
    layers.dense({ units: 3 }),
  ] });
  net.compile({
    optimizer: optimizers.adam(),
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ["accuracy"],
  });
  await net.fit(x, y, { epochs: 2 });
  console.log(net.evaluate(x, y), net.predict(x), net.save());`;

const bringsCore = `
  import { useKernels } from "lanegrad/slim";
  await useKernels({ core: "core.simd.wasm" });`;

const loads = (entry) => `
  import { loadModel } from "${entry}";
  console.log(loadModel(bytes).predict(x));`;

/** Each in bytes, minified by esbuild and gzipped; `kernels` are files that are downloaded besides. */
export const SIZES = [
  { what: "minimal program, both builds inlined", code: minimal("lanegrad"), limit: 58_900 },
  {
    what: "minimal program, lanegrad/slim with one build",
    code: minimal("lanegrad/slim", bringsCore),
    kernels: ["core.simd.wasm"],
    limit: 63_400,
  },
  {
    what: "minimal program and loadModel",
    code: minimal("lanegrad") + loads("lanegrad"),
    limit: 146_500,
  },
];

const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

async function measure({ code, kernels = [] }, folder) {
  const entry = join(folder, "size.mjs");
  writeFileSync(entry, code);
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    logLevel: "warning",
  });
  const files = kernels.map((name) => readFileSync(join(folder, "node_modules/lanegrad/dist/kernels", name)));
  return [outputFiles[0].contents, ...files].reduce((sum, bytes) => sum + gzipped(bytes), 0);
}

/** Measures in a folder where the package is installed. Returns what was measured and whether it keeps to its limit. */
export async function sizeChecks(folder) {
  const results = [];
  for (const size of SIZES) {
    const bytes = await measure(size, folder);
    const kilobytes = (count) => `${(count / 1000).toFixed(1)} KB`;
    results.push([
      `${size.what}: ${kilobytes(bytes)} of at most ${kilobytes(size.limit)} gzipped`,
      bytes <= size.limit,
    ]);
  }
  return results;
}
