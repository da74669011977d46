// npm run test:bundlers: a program of ten lines on the packed package, built by each bundler and then run. Prints a
// table; a build that fails, does not learn or carries what it does not use is a failure. Without Chromium its rows are
// left out, but where CI is set that is a failure.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { missingChromium } from "../support/browsers.js";
import { reportLeftOut } from "../support/leftOut.js";
import { begin, installBundlers, root } from "../setup.js";

const home = join(root, "test", "bundlers");

begin("npm run test:bundlers", "a program on the packed package, built by each bundler and then run");
installBundlers();

// They import what was installed just now.
const { BUILDS, serveWithVite } = await import("../../test/bundlers/bundlers.js");
const { conditionsIn, prepare } = await import("../../test/bundlers/prepare.js");
const { unusedMarks } = await import("../../test/bundlers/unused.js");
const { runInNode, runInWorkerd, runPage, startChromium } = await import("../../test/bundlers/runners.js");

const RIGHT = /^y\(10\) = (20\.[5-9]|21\.[0-4])\d$/;
const SIZED = [".js", ".cjs", ".wasm"];

let failures = 0;

function print(...columns) {
  const widths = [10, 10, 14, 52, 10];
  console.log(columns.map((column, i) => column.padEnd(widths[i] ?? 0)).join(" "));
}

function versionOf(name) {
  return createRequire(join(home, "package.json"))(`${name}/package.json`).version;
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && SIZED.includes(extname(entry.name)))
    .map((entry) => readFileSync(join(entry.parentPath ?? entry.path, entry.name)));
}

const kilobytes = (files) => {
  const sizes = files.map((file) => gzipSync(file, { level: 9 }).length);
  return `${(sizes.reduce((a, b) => a + b) / 1024).toFixed(1)} KB`;
};

/** What is wrong with a build that printed this, or nothing. */
function complaint(printed, carried) {
  if (!RIGHT.test(printed)) return `printed ${printed}`;
  if (carried.length > 0) return `carries ${carried.join(", ")}`;
  return undefined;
}

/** The first lines of an error that are no line of a minified program. */
function brief(error) {
  const lines = String(error).split("\n");
  return lines
    .filter((line) => line.trim() !== "" && line.length < 300)
    .slice(0, 6)
    .join(" | ");
}

function report(name, where, conditions, size, wrong, right) {
  if (wrong !== undefined) failures++;
  const result = wrong === undefined ? `ok    ${right}` : `FAIL  ${wrong}`;
  print(name, versionOf(name), where, conditions.join(" "), size, result);
}

/** Builds and runs one row of the table; returns where the output is. */
async function row({ name, what, runsIn, build: make }, { folder, marks, chromium }) {
  const where = [what, runsIn].filter(Boolean).join(", ");
  const outputs = ["program", "conditions"].map((part) => join(folder, `out-${name}-${where}`, part));
  for (const output of outputs) mkdirSync(output, { recursive: true });
  const [output, probed] = outputs;
  try {
    await make(folder, "program.js", output);
    await make(folder, "conditions.js", probed);
    const runners = { node: runInNode, workerd: runInWorkerd, chromium: runPage.bind(null, chromium) };
    const printed = await runners[runsIn](output);
    const files = filesBelow(output);
    const conditions = conditionsIn(filesBelow(probed).join(""));
    const carried = marks.filter(({ texts }) =>
      texts.some((text) => files.some((file) => file.includes(text))),
    );
    const names = carried.map((mark) => mark.name);
    const wrong = complaint(printed, names);
    report(name, where, conditions, kilobytes(files), wrong, `${printed}, nothing unused`);
  } catch (error) {
    report(name, where, [], "-", brief(error));
  }
  return output;
}

async function developmentServer(folder, chromium) {
  const { address, close } = await serveWithVite(folder);
  try {
    const printed = await chromium.run(address);
    const conditions = conditionsIn(await chromium.run(`${address}/conditions.html`));
    const wrong = RIGHT.test(printed) ? undefined : `printed ${printed}`;
    report("vite", "dev, chromium", conditions, "-", wrong, printed);
  } finally {
    await close();
  }
}

/** A page that may compile WebAssembly learns; one that may not says what it lacks. */
async function policies(output, chromium) {
  for (const [policy, expected] of [
    ["script-src 'self' 'wasm-unsafe-eval'", RIGHT],
    ["script-src 'self'", /^UNSUPPORTED_RUNTIME: .*'wasm-unsafe-eval' in script-src/],
  ]) {
    const printed = await runPage(chromium, output, policy);
    const isRight = expected.test(printed);
    if (!isRight) failures++;
    console.log(`${policy.padEnd(40)} ${isRight ? "ok   " : "FAIL "} ${printed}`);
  }
}

const { folder, remove } = prepare();
const marks = unusedMarks(folder);
const missing = missingChromium();
const chromium = missing === undefined ? await startChromium() : undefined;
try {
  print("BUNDLER", "VERSION", "RUNS IN", "CONDITIONS", "GZIPPED", "RESULT");
  let page;
  for (const each of BUILDS) {
    if (each.runsIn === "chromium" && chromium === undefined) continue;
    const output = await row(each, { folder, marks, chromium });
    if (each.name === "esbuild" && each.runsIn === "chromium") page = output;
  }
  if (chromium !== undefined) {
    await developmentServer(folder, chromium);
    console.log(`\nThe page of esbuild in Chromium ${chromium.version} under a Content-Security-Policy:`);
    await policies(page, chromium);
  }
  failures += reportLeftOut(missing === undefined ? [] : [`what runs in Chromium: ${missing}`]);
} finally {
  await chromium?.close();
  remove();
}
process.exit(failures === 0 ? 0 : 1);
