// The bundlers, each with its defaults for production. A build takes the folder of the program, the name of the file to
// begin with and the folder to write to; files are minified.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import * as esbuild from "esbuild";
import { rollup } from "rollup";
import * as vite from "vite";
import webpack from "webpack";
import { bundleWorker, COMPATIBILITY_DATE } from "./workerd.js";

/** A page that runs a script. */
function writePage(folder, script) {
  const page = `<!doctype html><html lang="en"><title>Lanegrad</title><script type="module" src="${script}"></script></html>\n`;
  writeFileSync(join(folder, "index.html"), page);
}

async function withEsbuild(platform, folder, entry, output) {
  const options = { bundle: true, minify: true, format: "esm", logLevel: "error" };
  await esbuild.build({
    ...options,
    absWorkingDir: folder,
    entryPoints: [entry],
    outfile: join(output, "program.js"),
    platform,
  });
  writePage(output, "program.js");
}

async function withWebpack(target, folder, entry, output) {
  const filename = target === "node" ? "program.cjs" : "program.js";
  const options = { context: folder, entry: `./${entry}`, mode: "production", target };
  const stats = await promisify(webpack)({ ...options, output: { path: output, filename } });
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
  writePage(output, filename);
}

/** Rollup leaves minifying to others. */
const minify = {
  name: "minify",
  renderChunk: async (code) => (await esbuild.transform(code, { minify: true })).code,
};

async function withRollup(folder, entry, output) {
  const bundle = await rollup({ input: join(folder, entry), plugins: [nodeResolve()] });
  await bundle.write({ file: join(output, "program.js"), format: "es", plugins: [minify] });
  await bundle.close();
}

/** For a file of JavaScript the page that runs it. */
const pageOf = (entry) => (entry === "conditions.js" ? "conditions.html" : "index.html");

async function withVite(folder, entry, output) {
  const input = join(folder, pageOf(entry));
  const build = { outDir: output, emptyOutDir: false, rolldownOptions: { input } };
  await vite.build({ root: folder, configFile: false, logLevel: "error", build });
}

async function withViteLibrary(folder, entry, output) {
  const lib = { entry: join(folder, entry), formats: ["es"], fileName: () => "program.js" };
  const build = { outDir: output, emptyOutDir: false, lib };
  await vite.build({ root: folder, configFile: false, logLevel: "error", build });
}

function withWrangler(folder, entry, output) {
  const file = entry === "program.js" ? "worker.js" : entry;
  const options = ["--name", "program", "--compatibility-date", COMPATIBILITY_DATE, "--minify"];
  bundleWorker(folder, file, output, options);
}

/** Serves the folder as a developer sees it; returns the address and a function that ends it. */
export async function serveWithVite(folder) {
  // Which vite.build has set in this process.
  process.env.NODE_ENV = "development";
  const server = await vite.createServer({
    root: folder,
    configFile: false,
    logLevel: "error",
    server: { port: 0, host: "127.0.0.1" },
  });
  await server.listen();
  const { port } = server.httpServer.address();
  return { address: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** What is built for what. */
export const BUILDS = [
  { name: "esbuild", runsIn: "node", build: withEsbuild.bind(null, "node") },
  { name: "esbuild", runsIn: "chromium", build: withEsbuild.bind(null, "browser") },
  { name: "webpack", runsIn: "node", build: withWebpack.bind(null, "node") },
  { name: "webpack", runsIn: "chromium", build: withWebpack.bind(null, "web") },
  { name: "rollup", runsIn: "node", build: withRollup },
  { name: "vite", what: "library", runsIn: "node", build: withViteLibrary },
  { name: "vite", runsIn: "chromium", build: withVite },
  { name: "wrangler", runsIn: "workerd", build: withWrangler },
];
