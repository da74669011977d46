// Builds src/ into dist/, file by file, so that a bundler can leave out what a program does not use.
// The one file that imports a package, the loader, is bundled with it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root, run } from "./setup.js";

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const LOADER = "src/runtime/instantiate.ts";

const sources = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

const common = {
  absWorkingDir: root,
  outdir: "dist",
  outbase: "src",
  format: "esm",
  platform: "neutral",
  target: "es2022",
  sourcemap: true,
  define: { LANEGRAD_VERSION: JSON.stringify(version) },
  logLevel: "warning",
};
await build({ ...common, entryPoints: sources.filter((file) => file !== join(root, LOADER)) });
await build({ ...common, entryPoints: [LOADER], bundle: true, mainFields: ["module", "main"] });
run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"]);
