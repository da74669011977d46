// What dist/kernels/ holds for programs that import .wasm files: these files with their marks, and for each family a
// file that imports both builds as modules, in the words of the runtimes that can.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { marked } from "./mark.js";

const BUILDS = ["simd", "relaxed-simd"];
/** Conditions of `imports` in package.json, and what they add to the name of a file to get a module of it. */
const SUFFIXES = { workerd: "", "edge-light": "?module" };

/** The families that have been compiled. */
export function familiesIn(folder) {
  const end = `.${BUILDS[0]}.wasm`;
  return readdirSync(folder)
    .filter((name) => name.endsWith(end))
    .map((name) => name.slice(0, -end.length));
}

function importer(family, suffix) {
  return `import simd from "../${family}.simd.wasm${suffix}";
import relaxedSimd from "../${family}.relaxed-simd.wasm${suffix}";
export const data = { simd, "relaxed-simd": relaxedSimd };
`;
}

const NAMES_DECLARED = (names) => `/** The families of kernels. */
export declare const names: readonly ${names};
`;

/** Marks the modules in a folder for a version of the package, and writes what imports them. */
export function writeWasmFiles(folder, version) {
  const families = familiesIn(folder);
  const names = JSON.stringify(families);
  writeFileSync(join(folder, "names.js"), `export const names = ${names};\n`);
  writeFileSync(join(folder, "names.d.ts"), NAMES_DECLARED(names));
  for (const family of families) {
    for (const build of BUILDS) {
      const path = join(folder, `${family}.${build}.wasm`);
      writeFileSync(path, marked(readFileSync(path), `${family} ${build} ${version}`));
    }
    for (const [condition, suffix] of Object.entries(SUFFIXES)) {
      mkdirSync(join(folder, condition), { recursive: true });
      writeFileSync(join(folder, condition, `${family}.js`), importer(family, suffix));
    }
  }
}
