// Compiles the entries of asconfig.json for relaxed SIMD, makes the plain build of each of that (both are
// dist/kernels/<family>.<build>.wasm), and wraps all modules as text that JavaScript can import anywhere:
// dist/kernels/text/<family>.js, which src/ knows as #kernels/<family>, and dist/kernels/base64.js. The first are for
// bundles that browsers download: streams that gzip by a quarter better, of which both builds are joined. The second are
// for runtimes, which should not take the time: a plain build, and the relaxed one as what differs. dist/kernels/node/
// hands these on family by family, to bundles for Node.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build } from "esbuild";
import { makePatch } from "./patch.js";
import { root } from "../setup.js";
import { splitModule } from "./split.js";
import { toText } from "./text.js";

const { entries, ...config } = JSON.parse(readFileSync(join(root, "asconfig.json"), "utf8"));
const compiler = join(root, "node_modules", "assemblyscript", "bin", "asc.js");
const output = join(root, "dist", "kernels");
// The compiler adds the entries of its configuration to every module, so it gets one without them.
const configPath = join(root, ".build", "asconfig.json");

/** The vector functions over arrays, for tests and scripts/check/math.js; no program carries them. */
const FOR_TESTS = "assembly/mathArray.ts";

const familyOf = (entry) => basename(entry, ".ts");

/** Runs the compiler; ends this process with its status if it fails. */
function compile(entry, path) {
  return new Promise((done) => {
    const args = [compiler, entry, "--config", configPath, "--target", "relaxed-simd", "-o", `${path}.wasm`];
    const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
    child.on("exit", (status) => (status === 0 ? done() : process.exit(status ?? 1)));
  });
}

/** The function that programs make modules with, from src/. */
async function joining() {
  const entryPoints = [join(root, "src/runtime/load/join.ts")];
  const { outputFiles } = await build({ entryPoints, bundle: true, format: "esm", write: false });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

/** Compiles an entry to a folder and makes its plain build. Returns both, and the streams that they are joined of. */
async function make(entry, folder, joinModule) {
  const path = join(folder, familyOf(entry));
  await compile(entry, `${path}.relaxed-simd`);
  const relaxed = readFileSync(`${path}.relaxed-simd.wasm`);
  const split = splitModule(relaxed);
  const plain = Buffer.from(joinModule(split, "simd"));
  writeFileSync(`${path}.simd.wasm`, plain);
  return { family: familyOf(entry), plain, relaxed, split };
}

/** A family's plain build in base64, and how to make the relaxed build of that. */
function inBase64({ family, plain, relaxed }) {
  const texts = { simd: plain, relaxedPatch: makePatch(plain, relaxed) };
  const encoded = Object.entries(texts).map(([name, bytes]) => [name, bytes.toString("base64")]);
  return `export const ${family} = ${JSON.stringify(Object.fromEntries(encoded))};\n`;
}

rmSync(output, { recursive: true, force: true });
for (const folder of ["text", "node"]) mkdirSync(join(output, folder), { recursive: true });
mkdirSync(dirname(configPath), { recursive: true });
writeFileSync(configPath, JSON.stringify(config));
const { joinModule } = await joining();
const forTests = make(FOR_TESTS, dirname(configPath), joinModule);
const families = await Promise.all(entries.map((entry) => make(entry, output, joinModule)));
await forTests;
// Runtimes take all families in one file, bundlers those that a program needs.
writeFileSync(join(output, "base64.js"), families.map(inBase64).join(""));
for (const { family, split } of families) {
  const text = JSON.stringify(toText(split));
  writeFileSync(join(output, "text", `${family}.js`), `export const data = ${text};\n`);
  writeFileSync(join(output, "node", `${family}.js`), `export { ${family} as data } from "../base64.js";\n`);
}
const declaration =
  'import type { KernelData } from "#kernels/load";\nexport declare const data: KernelData;\n';
writeFileSync(join(output, "data.d.ts"), declaration);
