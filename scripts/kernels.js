// Compiles assembly/ once for each build in asconfig.json, and wraps each module as text that
// JavaScript can import anywhere: dist/kernels/<module>.<build>.{wasm,js,d.ts}
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./setup.js";

const { entries, targets } = JSON.parse(readFileSync(join(root, "asconfig.json"), "utf8"));
const compiler = join(root, "node_modules", "assemblyscript", "bin", "asc.js");
const output = join(root, "dist", "kernels");

mkdirSync(output, { recursive: true });
for (const entry of entries) {
  const module = entry.replace(/^.*\//, "").replace(/\.ts$/, "");
  for (const target of Object.keys(targets)) {
    const path = join(output, `${module}.${target}`);
    run(process.execPath, [compiler, "--target", target, "-o", `${path}.wasm`]);
    const base64 = readFileSync(`${path}.wasm`).toString("base64");
    writeFileSync(`${path}.js`, `export default "${base64}";\n`);
    writeFileSync(
      `${path}.d.ts`,
      "/** A WebAssembly module in base64. */\ndeclare const base64: string;\nexport default base64;\n",
    );
  }
}
