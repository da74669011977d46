// Compiles assembly/ once for each build in asconfig.json (dist/kernels/<family>.<build>.wasm), and wraps all modules
// as text that JavaScript can import anywhere: dist/kernels/text/<family>.js, which src/ knows as #kernels/<family>, and
// dist/kernels/base64.js. The builds differ in a tenth of their bytes, so a text holds one of them whole and the other
// as what differs.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { makePatch } from "../patch.js";
import { root } from "../setup.js";
import { toText } from "./text.js";

const { entries, ...config } = JSON.parse(readFileSync(join(root, "asconfig.json"), "utf8"));
const targets = Object.keys(config.targets);
const compiler = join(root, "node_modules", "assemblyscript", "bin", "asc.js");
const output = join(root, "dist", "kernels");
// The compiler adds the entries of its configuration to every module, so it gets one without them.
const configPath = join(root, ".build", "asconfig.json");

/** The vector functions over arrays, for tests and scripts/check/math.js; no program carries them. */
const FOR_TESTS = "assembly/mathArray.ts";

const familyOf = (entry) => basename(entry, ".ts");

/** Runs the compiler; ends this process with its status if it fails. */
function compile(entry, target, path) {
  return new Promise((done) => {
    const args = [compiler, entry, "--config", configPath, "--target", target, "-o", `${path}.wasm`];
    const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
    child.on("exit", (status) => (status === 0 ? done() : process.exit(status ?? 1)));
  });
}

/** A family's plain build, and how to make the relaxed build of that, in an encoding. */
function textOf(family, encode) {
  const [simd, relaxed] = ["simd", "relaxed-simd"].map((name) =>
    readFileSync(join(output, `${family}.${name}.wasm`)),
  );
  return JSON.stringify({ simd: encode(simd), relaxedPatch: encode(makePatch(simd, relaxed)) });
}

rmSync(output, { recursive: true, force: true });
mkdirSync(join(output, "text"), { recursive: true });
mkdirSync(dirname(configPath), { recursive: true });
writeFileSync(configPath, JSON.stringify(config));
await Promise.all(
  [...entries, FOR_TESTS].flatMap((entry) => {
    const folder = entry === FOR_TESTS ? dirname(configPath) : output;
    return targets.map((target) => compile(entry, target, join(folder, `${familyOf(entry)}.${target}`)));
  }),
);
// Runtimes take all families in one file, bundlers those that a program needs.
const base64 = (bytes) => bytes.toString("base64");
const families = entries.map(familyOf);
const lines = families.map((family) => `export const ${family} = ${textOf(family, base64)};\n`);
writeFileSync(join(output, "base64.js"), lines.join(""));
for (const family of families) {
  writeFileSync(join(output, "text", `${family}.js`), `export const data = ${textOf(family, toText)};\n`);
}
const declaration =
  'import type { KernelData } from "#kernels/load";\nexport declare const data: KernelData;\n';
writeFileSync(join(output, "data.d.ts"), declaration);
