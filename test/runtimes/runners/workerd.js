// workerd, the runtime of Cloudflare Workers, by Miniflare. It compiles no WebAssembly at run time: the package's
// entry for it imports its .wasm files, which a bundler leaves beside the bundle.
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { build } from "esbuild";
import { askWorker, workerdVersion } from "../../bundlers/workerd.js";
import { coldStart, timed } from "./coldStart.js";

/** Leaves each .wasm file out of the bundle and collects it as a module of the Worker, as wrangler does. */
function wasmModules(folder, modules) {
  return {
    name: "wasm modules",
    setup({ onResolve, resolve }) {
      onResolve({ filter: /\.wasm$/ }, async ({ path: specifier, resolveDir, kind, pluginData }) => {
        if (pluginData === "resolving") return undefined;
        const { path, errors } = await resolve(specifier, { resolveDir, kind, pluginData: "resolving" });
        if (errors.length > 0) return { errors };
        const name = relative(folder, path).replaceAll(/[^\w.]/g, "-");
        modules.set(name, await readFile(path));
        return { path: `./${name}`, external: true };
      });
    },
  };
}

/** The modules of a Worker that runs a program. */
async function workerOf({ folder }, program) {
  const wasm = new Map();
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: [`programs/${program}.js`],
    bundle: true,
    minify: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    platform: "neutral",
    write: false,
    plugins: [wasmModules(folder, wasm)],
    logLevel: "warning",
  });
  return [
    { type: "ESModule", path: "worker.js", contents: outputFiles[0].text },
    ...Array.from(wasm, ([path, contents]) => ({ type: "CompiledWasm", path, contents })),
  ];
}

async function* rows(site) {
  const runtime = `workerd ${workerdVersion}`;
  const programs = {
    firstPrediction: await workerOf(site, "workerdFirstPrediction"),
    empty: await workerOf(site, "workerdEmpty"),
  };
  const start = await coldStart((program) => timed(() => askWorker(programs[program])));
  for (const [program, where] of [
    ["workerd", "Worker"],
    ["workerdSlim", "Worker, slim"],
  ]) {
    const modules = await workerOf(site, program);
    for (const build of ["simd", "relaxed-simd"]) {
      const suite = JSON.parse(await askWorker(modules, `?build=${build}`));
      const cold = where === "Worker" && build === "relaxed-simd" ? start : undefined;
      yield { runtime, where, build, hasRelaxed: true, suite, coldStart: cold };
    }
  }
}

export const workerd = {
  id: "workerd",
  title: "workerd",
  missing: () => undefined,
  rows,
};
