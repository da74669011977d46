// What Node gets of the installed package: the entry of dist/node, which reads most of the package when it is first used.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { root } from "../setup.js";

/** What every start of a program reads: 245 KB take 9 ms of it, 32 KB more about one. */
const MOST_READ_AT_IMPORT = 250_000;

/** Prints what has been read on demand when a dense network has predicted, when it has been trained, and after more. */
const ON_DEMAND = `
  import { createRequire } from "node:module";
  import { basename } from "node:path";
  import { layers, losses, optimizers, sequential } from "lanegrad";
  const read = [];
  const inCache = () => Object.keys(createRequire(import.meta.url).cache).map((file) => basename(file));
  const look = () => read.push(inCache().join(" "));
  const [first, last] = [layers.dense({ units: 4, inputShape: [2] }), layers.dense({ units: 2, activation: "softmax" })];
  const net = sequential({ layers: [first, last] });
  net.setWeights(net.getWeights());
  net.predict([[1, 2]]);
  look();
  net.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  await net.fit([[1, 2], [2, 1]], [0, 1], { epochs: 2 });
  look();
  net.compile({ optimizer: "sgd", loss: "mse", metrics: ["accuracy"] });
  look();
  sequential({ layers: [layers.lstm({ units: 2, inputShape: [3, 1] })] }).predict([[[1], [2], [3]]]);
  look();
  console.log(read.join(","));`;

/**
 * Prints the names that an entry hands out, in namespaces too, each with the class it is or makes. Functions alone may
 * have a number behind their own name, where a bundle has several of that name.
 */
const NAMES = (entry) => `
  import * as all from ${JSON.stringify(entry)};
  const kind = (value) =>
    typeof value === "function" ? [value.name.replace(/^([a-z].*)\\d$/, "$1"), value.className].join() : typeof value;
  const isNamespace = (value) => typeof value === "object" && value !== null;
  const names = Object.entries(all).flatMap(([name, value]) =>
    isNamespace(value) ? Object.entries(value).map(([part, made]) => name + "." + part + " " + kind(made)) : [name + " " + kind(value)]);
  console.log(names.join("; "));`;

const FAILING = `
  import { layers } from "lanegrad";
  try { layers.lstm({ units: -1 }) } catch (error) { console.log(error.stack) }`;

/** Where the first line of a stack is in src/: in the entry functions have been put in parentheses, and its map shifted. */
const FAILING_AT_IMPORT = `
  import { layers } from "lanegrad";
  try { layers.dense({ unit: 1 }) } catch (error) { console.log(/src.options\\.ts:\\d+:\\d+/.exec(error.stack)?.[0]) }`;

/** Whether a place such as src/options.ts:21:11 is where an error is made. */
function isWhereErrorsAreMade(place) {
  const [, path, line, column] = /^(.*):(\d+):(\d+)$/.exec(place) ?? [];
  if (path === undefined) return false;
  const text = readFileSync(join(root, path), "utf8").split("\n")[line - 1];
  return text.slice(column - 1).startsWith("new LanegradError(");
}

/** The most that Node may print of an error that nobody catches: a line of code, the message and the stack. */
const LONGEST_REPORT = 2500;

const UNCAUGHT = [`layers.dense({ unit: 1 });`, `layers.lstm({ unit: 1 });`].map(
  (failing) => `import { layers } from "lanegrad";\n${failing}`,
);

/** What stands for the names and classes of other files must do what these do. */
const STAND_INS = `
  import { layers, rbm, RestrictedBoltzmannMachine as Machine } from "lanegrad";
  for (const standIn of [layers, Machine]) try { Object.freeze(standIn) } catch {}
  let called = "";
  try { Machine({ units: 2 }) } catch (error) { called = error.message }
  class Own extends Machine {}
  console.log([
    layers.lstm({ units: 1 }).className, "conv2d" in layers, { ...layers }.gru === layers.gru,
    rbm({ units: 2 }) instanceof Machine, new Own({ units: 2 }) instanceof Own, called,
  ].join());`;

const TRAINED = `
  import { layers, losses, sequential } from "lanegrad";
  const net = sequential({ layers: [layers.gru({ units: 2, inputShape: [3, 1] })] });
  net.compile({ optimizer: "ftrl", loss: losses.huber() });
  console.log(net.trainOnBatch([[[1], [2], [3]]], [[1, 2]]).loss > 0);`;

/**
 * Runs a program bundled by a tool that goes by the condition "node" and not by "module": ncc, `bun build --target=node`,
 * and esbuild where it is given any condition. What is read on demand must be in the bundle, which runs elsewhere.
 */
function runsBundled(folder, format) {
  const elsewhere = mkdtempSync(join(tmpdir(), "lanegrad-"));
  const outfile = join(elsewhere, format === "cjs" ? "out.cjs" : "out.mjs");
  try {
    const stdin = { contents: TRAINED, resolveDir: folder };
    buildSync({
      stdin,
      bundle: true,
      platform: "node",
      conditions: ["node"],
      format,
      outfile,
      logLevel: "error",
    });
    return execFileSync(process.execPath, [outfile], { encoding: "utf8" }).trim() === "true";
  } finally {
    rmSync(elsewhere, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Returns what was checked in a folder where the package is installed, and whether it holds. */
export function nodeChecks(folder) {
  const run = (program, ...flags) => {
    writeFileSync(join(folder, "node.mjs"), program);
    return execFileSync(process.execPath, [...flags, "node.mjs"], { cwd: folder, encoding: "utf8" }).trim();
  };
  const reportOf = (program) => {
    writeFileSync(join(folder, "node.mjs"), program);
    return spawnSync(process.execPath, ["node.mjs"], { cwd: folder, encoding: "utf8" }).stderr;
  };
  const { size } = statSync(join(folder, "node_modules/lanegrad/dist/node/index.mjs"));
  const read = run(ON_DEMAND);
  return [
    [`Node reads ${size} bytes at import, of at most ${MOST_READ_AT_IMPORT}`, size <= MOST_READ_AT_IMPORT],
    [`Node reads the rest on demand: ${read}`, read === ",,common.cjs,common.cjs rest.cjs kernels.cjs"],
    [
      "Node gets the names and classes that other runtimes get",
      run(NAMES("lanegrad")) === run(NAMES("./node_modules/lanegrad/dist/index.js")),
    ],
    [
      "what stands in for other files' names does what they do",
      /^LSTM,true,true,true,true,Class constructor \w+ cannot be invoked/.test(run(STAND_INS)),
    ],
    [
      "Node has stack traces with names and source maps of what it reads on demand",
      /at new LSTM \(/.test(run(FAILING)) &&
        /src.layers.\w+\.ts:\d/.test(run(FAILING, "--enable-source-maps")),
    ],
    [
      "Node finds the place in src/ of what fails in what it reads at import",
      isWhereErrorsAreMade(run(FAILING_AT_IMPORT, "--enable-source-maps")),
    ],
    [
      "Node shows a short line of code with an error that nobody catches",
      UNCAUGHT.map(reportOf).every(
        (report) => report.includes("LanegradError") && report.length < LONGEST_REPORT,
      ),
    ],
    ...["esm", "cjs"].map((format) => [
      `what Node gets can be bundled by the condition "node" alone (${format})`,
      runsBundled(folder, format),
    ]),
  ];
}
