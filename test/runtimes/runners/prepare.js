// What runs in the runtimes: the packed package, installed as users do, and the suite beside it.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const repository = dirname(dirname(here));
const onWindows = process.platform === "win32";

function npm(args, cwd) {
  const command = onWindows ? "npm.cmd" : "npm";
  return execFileSync(command, args, {
    cwd,
    encoding: "utf8",
    shell: onWindows,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Where a module that does not bundle finds the package: the entry of runtimes that match no condition of their own. */
function importMap(folder) {
  const { exports } = JSON.parse(
    readFileSync(join(folder, "node_modules", "lanegrad", "package.json"), "utf8"),
  );
  const target = exports["."].default.replace("./", "/node_modules/lanegrad/");
  return JSON.stringify({ imports: { lanegrad: target } });
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
  const folder = mkdtempSync(join(tmpdir(), "lanegrad-runtimes-"));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const [{ filename }] = JSON.parse(
      npm(["pack", "--json", "--pack-destination", folder, "--loglevel=error"], repository),
    );
    writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }');
    npm(["install", "--no-audit", "--no-fund", "--loglevel=error", join(folder, filename)], folder);
    for (const name of ["suite", "programs", "training.js"]) {
      cpSync(join(here, name), join(folder, name), { recursive: true });
    }
    await bundleForBrowsers(folder);
    return { folder, importMap: importMap(folder), remove };
  } catch (error) {
    remove();
    throw error;
  }
}
