// What runs in the runtimes: the packed package, installed as users do, and the suite beside it.
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { installPacked } from "../../../scripts/support/packed.js";

const here = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where a module that does not bundle finds the package: the entry of runtimes that match no condition of their own. */
function importMap(folder) {
  const { exports } = JSON.parse(
    readFileSync(join(folder, "node_modules", "lanegrad", "package.json"), "utf8"),
  );
  const target = exports["."].default.replace("./", "/node_modules/lanegrad/");
  return JSON.stringify({ imports: { lanegrad: target } });
}

/** For lanegrad/slim: the names of the files of kernels, and a module that imports them all, for workerd. */
function writeKernelLists(folder) {
  const names = readdirSync(join(folder, "node_modules", "lanegrad", "dist", "kernels"));
  const files = names.filter((name) => name.endsWith(".wasm"));
  const list = `export const FILES = ${JSON.stringify(files)};\n`;
  writeFileSync(join(folder, "programs", "kernelFiles.js"), list);
  const imports = files.map((name, i) => `import m${i} from "lanegrad/kernels/${name}";\n`).join("");
  const modules = files.map((name, i) => `"${name}": m${i}`).join(", ");
  const table = `${imports}export const MODULES = { ${modules} };\n`;
  writeFileSync(join(folder, "programs", "kernelModules.js"), table);
}

/** Bundles for browsers, one for each program of a page or a web worker, made by a bundler's defaults. */
async function bundleForBrowsers(folder) {
  const programs = readdirSync(join(folder, "programs")).filter((name) => /^(page|worker)(?!d)/.test(name));
  await build({
    absWorkingDir: folder,
    entryPoints: programs.map((name) => `programs/${name}`),
    outdir: "site",
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    logLevel: "warning",
  });
}

/**
 * Packs the package and installs the tarball into a temporary folder.
 *
 * @returns the folder, which has node_modules/lanegrad, suite/, programs/ and site/ (bundles of the programs for
 * browsers); an import map for it; and a function that removes it
 */
export async function prepare() {
  const { folder, remove } = installPacked();
  try {
    for (const name of ["suite", "programs", "trainings"]) {
      cpSync(join(here, name), join(folder, name), { recursive: true });
    }
    writeKernelLists(folder);
    await bundleForBrowsers(folder);
    return { folder, importMap: importMap(folder), remove };
  } catch (error) {
    remove();
    throw error;
  }
}
