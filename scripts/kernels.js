// Compiles assembly/ once for each build in asconfig.json, and wraps each module as text that
// JavaScript can import anywhere: dist/kernels/<module>.<build>.{wasm,js,d.ts}
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./setup.js";

const { entries, ...settings } = JSON.parse(readFileSync(join(root, "asconfig.json"), "utf8"));
const compiler = join(root, "node_modules", "assemblyscript", "bin", "asc.js");
const output = join(root, "dist", "kernels");
/** The settings without the entries: the compiler would put all of these into each module. */
const settingsPath = join(root, ".build", "asconfig.json");

/** Runs the compiler; ends this process with its status if it fails. */
function compile(entry, target, path) {
  return new Promise((done) => {
    const args = [compiler, entry, "--config", settingsPath, "--target", target, "-o", `${path}.wasm`];
    const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
    child.on("exit", (status) => (status === 0 ? done() : process.exit(status ?? 1)));
  });
}

/** Writes the module as text, with its type. */
function wrap(path) {
  const base64 = readFileSync(`${path}.wasm`).toString("base64");
  const types =
    "/** A WebAssembly module in base64. */\ndeclare const base64: string;\nexport default base64;\n";
  writeFileSync(`${path}.js`, `export default "${base64}";\n`);
  writeFileSync(`${path}.d.ts`, types);
}

mkdirSync(output, { recursive: true });
mkdirSync(dirname(settingsPath), { recursive: true });
writeFileSync(settingsPath, JSON.stringify(settings));
await Promise.all(
  entries.flatMap((entry) =>
    Object.keys(settings.targets).map(async (target) => {
      const module = entry.replace(/^.*\//, "").replace(/\.ts$/, "");
      const path = join(output, `${module}.${target}`);
      await compile(entry, target, path);
      wrap(path);
    }),
  ),
);
