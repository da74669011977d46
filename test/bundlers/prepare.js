// What is built: the program beside the packed package, and a package that tells which conditions a bundler goes by.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPacked } from "../../scripts/support/packed.js";

const CONDITIONS = [
  "workerd",
  "worker",
  "edge-light",
  "browser",
  "node",
  "module",
  "import",
  "require",
  "production",
  "development",
  "module-sync",
];
const MARK = "condition=";

/** A package with an entry for each condition, which is a text with its name where the condition holds. */
function writeProbe(folder) {
  const probe = join(folder, "node_modules", "conditions-probe");
  mkdirSync(probe, { recursive: true });
  const exports = CONDITIONS.map((name) => [`./${name}`, { [name]: `./${name}.js`, default: "./none.js" }]);
  const manifest = { name: "conditions-probe", version: "1.0.0", exports: Object.fromEntries(exports) };
  writeFileSync(join(probe, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(probe, "none.js"), 'export default "";\n');
  for (const name of CONDITIONS) {
    writeFileSync(join(probe, `${name}.js`), `export default "${MARK}${name};";\n`);
  }
  const imports = CONDITIONS.map((name, i) => `import c${i} from "conditions-probe/${name}";\n`);
  const list = CONDITIONS.map((_, i) => `c${i}`).join(", ");
  const program = `${imports.join("")}const all = [${list}].join(" ");\nconsole.log(all);\nexport default { all };\n`;
  writeFileSync(join(folder, "conditions.js"), program);
  const page =
    '<!doctype html><html lang="en"><script type="module" src="./conditions.js"></script></html>\n';
  writeFileSync(join(folder, "conditions.html"), page);
}

/** The conditions named in what a build of conditions.js holds or prints. */
export function conditionsIn(text) {
  const held = new Set(Array.from(text.matchAll(new RegExp(`${MARK}([\\w-]+);`, "g")), ([, name]) => name));
  return CONDITIONS.filter((name) => held.has(name));
}

/** A temporary folder with all of it, and a function that removes it. */
export function prepare() {
  const { folder, remove } = installPacked();
  cpSync(fileURLToPath(new URL("program", import.meta.url)), folder, { recursive: true });
  writeProbe(folder);
  return { folder, remove };
}
