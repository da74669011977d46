// Whether the entries of the installed package can be had in all ways that are promised.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** Node 20.19 and 22.12 brought require() of modules. */
function requiresModules() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
}

/** Entries that are code, as a program writes them. */
function codeEntries({ exports }) {
  return Object.keys(exports)
    .filter((key) => typeof exports[key] === "object")
    .map((key) => key.replace(/^\./, "lanegrad"));
}

function canBeRequired(entry, folder) {
  const program = `if (Object.keys(require(${JSON.stringify(entry)})).length === 0) throw new Error("is empty");`;
  const { status, stderr } = spawnSync(process.execPath, ["--eval", program], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) console.log(stderr);
  return status === 0;
}

/** What is left of a program that imports an entry and uses nothing of it, by the conditions of a bundler. */
async function leftOf(entry, folder, conditions) {
  const { outputFiles } = await build({
    stdin: { contents: `import ${JSON.stringify(entry)};`, resolveDir: folder },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    external: ["node:*", "*.wasm", "*.wasm?module"],
    conditions,
    logLevel: "silent",
  });
  return outputFiles[0].text.trim();
}

/** Whether all that `exports` and `imports` name is there, whatever the condition; patterns are left to their users. */
function missingFiles(map, base) {
  if (typeof map === "string") return map.includes("*") || existsSync(join(base, map)) ? [] : [map];
  return Object.values(map).flatMap((value) => missingFiles(value, base));
}

/** Returns what was checked and whether it holds. */
export async function entryChecks(folder) {
  const base = join(folder, "node_modules/lanegrad");
  const manifest = JSON.parse(readFileSync(join(base, "package.json"), "utf8"));
  const missing = missingFiles({ ...manifest.exports, ...manifest.imports }, base);
  const scripts = Object.keys(manifest.scripts ?? {}).filter((name) => /install|prepare/.test(name));
  const results = [
    [`has the files that its entries name ${missing.join(" ")}`, missing.length === 0],
    ["has no script that npm runs while it installs", scripts.length === 0],
  ];
  for (const entry of codeEntries(manifest)) {
    const left = await Promise.all([undefined, ["workerd"]].map((each) => leftOf(entry, folder, each)));
    results.push([`leaves nothing in a bundle that only imports ${entry}`, left.join("") === ""]);
    if (requiresModules()) results.push([`can be required: ${entry}`, canBeRequired(entry, folder)]);
  }
  if (!requiresModules())
    console.log(`require() was left out: Node ${process.versions.node} has it not for modules`);
  return results;
}
