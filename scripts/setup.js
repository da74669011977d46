// What every command does first: say what it does, install the development packages and build, each only if needed.
// Uses nothing but Node itself, so that it can run on a fresh clone.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where each piece of work notes what it was done for. */
const stamps = join(root, ".build");

/** Runs a command in the repository and ends this process with its status if it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function filesBelow(path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** A hash over the contents of files and folders of the repository. */
function fingerprint(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    const files = path.includes(".") ? [join(root, path)] : filesBelow(path);
    for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** Does the work unless the files it depends on are the same as when it last succeeded. */
export function unlessDone(name, paths, product, work) {
  const stamp = join(stamps, name);
  const now = fingerprint(paths);
  if (existsSync(join(root, product)) && existsSync(stamp) && readFileSync(stamp, "utf8") === now) return;
  // Work that fails leaves a product half made.
  rmSync(stamp, { force: true });
  work();
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, now);
}

function checkNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 20) {
    console.error(`Lanegrad needs Node 20 or newer. This is Node ${process.versions.node}.`);
    process.exit(1);
  }
}

/** `npm ci` in a folder of the repository. */
function installFromLock(folder, ...options) {
  const onWindows = process.platform === "win32";
  const args = ["ci", ...options, "--no-audit", "--no-fund", "--loglevel=error"];
  run(onWindows ? "npm.cmd" : "npm", args, { cwd: join(root, folder), shell: onWindows });
}

/** Installs the development packages, exactly as the lock file names them. */
export function install() {
  checkNode();
  unlessDone("install", ["package-lock.json"], "node_modules/assemblyscript", () => {
    console.log("Installing the development packages (npm ci) ...");
    installFromLock(".");
  });
}

/**
 * Installs what is too heavy for the development packages, in a folder with a lock file of its own. No script of these
 * packages runs: those that have one work without it, or fetch what is not needed here.
 *
 * @param folder such as "test/bundlers"
 * @param what is installed, in words
 */
export function installHeavy(folder, what) {
  const product = `${folder}/node_modules/.package-lock.json`;
  unlessDone(folder.replaceAll("/", "-"), [`${folder}/package-lock.json`], product, () => {
    console.log(`Installing ${what} (npm ci in ${folder}) ...`);
    installFromLock(folder, "--ignore-scripts");
  });
}

export function installRuntimes() {
  installHeavy("test/runtimes", "Node 20, 22, 24 and 26, Deno, Bun and what drives Firefox, 1 GB");
}

export function installBundlers() {
  installHeavy("test/bundlers", "bundlers, wrangler with workerd, and what drives Chromium, 300 MB");
}

/** What the kernels are made of; the lock file names the compiler. */
const KERNEL_SOURCES = [
  "asconfig.json",
  "package-lock.json",
  "assembly",
  ...["join", "numbers"].map((name) => `src/runtime/load/${name}.ts`),
  ...["kernels", "patch", "split", "text"].map((name) => `scripts/build/${name}.js`),
];

/** What the package is made of: the kernels too, since it marks their files and writes what imports them. */
const PACKAGE_SOURCES = [
  ...KERNEL_SOURCES,
  "src",
  "tsconfig.json",
  "tsconfig.build.json",
  "package.json",
  ...[
    "package",
    "bundle",
    "nodeFiles",
    "nodeNames",
    "onDemand",
    "shortenLocals",
    "wasmFiles",
    "mark",
    "slim",
  ].map((name) => `scripts/build/${name}.js`),
];

/** Compiles the kernels and builds the package, whichever is out of date. */
export function build() {
  unlessDone("kernels", KERNEL_SOURCES, "dist/kernels", () => {
    console.log("Compiling the kernels to WebAssembly (plain SIMD and relaxed SIMD) ...");
    run(process.execPath, ["scripts/build/kernels.js"]);
  });
  unlessDone("package", PACKAGE_SOURCES, "dist/index.js", () => {
    console.log("Building the package ...");
    run(process.execPath, ["scripts/build/package.js"]);
  });
}

/**
 * Begins a command: refuses arguments that it does not know, prints what it does, installs and builds.
 *
 * @param command as it is typed, such as "npm run page"
 * @param does what it does
 * @param known the arguments it takes
 * @returns the arguments given
 */
export function begin(command, does, known = []) {
  const given = process.argv.slice(2);
  const unknown = given.find((argument) => !known.includes(argument));
  if (unknown !== undefined) {
    const takes = known.length > 0 ? `these arguments: ${known.join(", ")}` : "no arguments";
    console.error(`${command} takes ${takes}. Received: ${unknown}`);
    process.exit(1);
  }
  console.log(`${command}: ${does}`);
  install();
  build();
  return given;
}
