// Compiles assembly/ once for each build in asconfig.json (dist/kernels/<family>.<build>.wasm), and wraps all modules
// as text that JavaScript can import anywhere (dist/kernels/text.js, which src/ knows as #kernels). The builds differ
// in a tenth of their bytes, so the text holds one of them whole and the other as what differs.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { makePatch } from "./patch.js";
import { root } from "./setup.js";

const { entries, ...config } = JSON.parse(readFileSync(join(root, "asconfig.json"), "utf8"));
const targets = Object.keys(config.targets);
const compiler = join(root, "node_modules", "assemblyscript", "bin", "asc.js");
const output = join(root, "dist", "kernels");
// The compiler adds the entries of its configuration to every module, so it gets one without them.
const configPath = join(root, ".build", "asconfig.json");

const familyOf = (entry) => basename(entry, ".ts");

/** Runs the compiler; ends this process with its status if it fails. */
function compile(entry, target, path) {
  return new Promise((done) => {
    const args = [compiler, entry, "--config", configPath, "--target", target, "-o", `${path}.wasm`];
    const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
    child.on("exit", (status) => (status === 0 ? done() : process.exit(status ?? 1)));
  });
}

/** What `#kernels` is: for each family its plain build, and how to make the relaxed build of that, in base64. */
function textModule(families) {
  return families.map((family) => {
    const [plain, relaxed] = ["simd", "relaxed-simd"].map((name) =>
      readFileSync(join(output, `${family}.${name}.wasm`)),
    );
    const patch = makePatch(plain, relaxed);
    const fields = { simd: plain.toString("base64"), relaxedPatch: patch.toString("base64") };
    return `export const ${family} = ${JSON.stringify(fields)};\n`;
  });
}

function declarations(families) {
  return families.map(
    (family) => `export declare const ${family}: { simd: string; relaxedPatch: string };\n`,
  );
}

mkdirSync(output, { recursive: true });
mkdirSync(dirname(configPath), { recursive: true });
writeFileSync(configPath, JSON.stringify(config));
await Promise.all(
  entries.flatMap((entry) =>
    targets.map((target) => compile(entry, target, join(output, `${familyOf(entry)}.${target}`))),
  ),
);
const families = entries.map(familyOf);
writeFileSync(join(output, "text.js"), textModule(families).join(""));
writeFileSync(join(output, "text.d.ts"), declarations(families).join(""));
