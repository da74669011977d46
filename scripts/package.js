// Builds src/ into dist/ twice, and its declarations once:
// - dist/modules/, file by file, so that a bundler can leave out what a program does not use. The one file that
//   imports a package, the loader, is bundled with it.
// - dist/index.js, all of it in one file, for runtimes, which take longer to find and link hundreds of files than to
//   run what is in them. The other entries are built on it: there is one LanegradError, whoever throws it.
// Source maps lead to src/, which is published too.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { root, run } from "./setup.js";
import { writeWasmFiles } from "./wasmFiles.js";

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const LOADER = "src/runtime/instantiate.ts";
/** What `exports` in package.json names beside index, each a file in src/. */
const OTHER_ENTRIES = ["files"];

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
  mainFields: ["module", "main"],
  sourcemap: true,
  sourcesContent: false,
  define: { LANEGRAD_VERSION: JSON.stringify(version) },
  logLevel: "warning",
};

/** Leaves imports that match to a file in dist/. */
function from(file, filter) {
  const setup = ({ onResolve }) => onResolve({ filter }, () => ({ path: file, external: true }));
  return { name: file, setup };
}

/**
 * Gives classes their names back, which show wherever a program or an error message prints an object: esbuild writes
 * `var Tensor = class _Tensor` where a class refers to itself, and numbers classes of the same name. What a line holds
 * keeps its length, so that the source map stays right.
 */
function restoreClassNames(code) {
  const own = Array.from(code.matchAll(/\b(\w+) ?= ?class _\1\b/g), ([, name]) => name);
  const text = own.reduce((old, name) => old.replaceAll(new RegExp(`\\b_${name}\\b`, "g"), ` ${name}`), code);
  const numbered = Array.from(text.matchAll(/\b([A-Z]\w*?)(\d+)=class\b/g)).filter(([, name]) =>
    text.includes(`${name}=class`),
  );
  const names = numbered.map(
    ([, name, digits]) => `Object.defineProperty(${name}${digits},"name",{value:"${name}"});`,
  );
  const end = text.lastIndexOf("export{");
  return `${text.slice(0, end)}${names.join("")}${text.slice(end)}`;
}

/** The kernels of the one file: all families in base64, in a file of their own. */
const kernelsInBase64 = {
  name: "kernels",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^#kernels\/load$/ }, () => ({ path: join(root, "src/runtime/load/base64.ts") }));
    onResolve({ filter: /^#kernels\// }, ({ path }) => ({ path, namespace: "kernels" }));
    onResolve({ filter: /\/base64\.js$/, namespace: "kernels" }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /./, namespace: "kernels" }, ({ path }) => ({
      contents: `export { ${path.replace("#kernels/", "")} as data } from "./kernels/base64.js";`,
    }));
  },
};

/** Spaces and comments go, which halves the time to parse; names stay, for stack traces that one can read. */
async function bundle(name, plugins) {
  const { outputFiles } = await build({
    ...common,
    entryPoints: [`src/${name}.ts`],
    bundle: true,
    external: ["node:*"],
    minifySyntax: true,
    minifyWhitespace: true,
    write: false,
    plugins,
  });
  for (const { path, text } of outputFiles) {
    await writeFile(path, path.endsWith(".map") ? text : restoreClassNames(text));
  }
}

// What an older build left would be published too.
for (const name of readdirSync(join(root, "dist"))) {
  if (name !== "kernels") rmSync(join(root, "dist", name), { recursive: true });
}
writeWasmFiles(join(root, "dist/kernels"), version);
const modules = { ...common, outdir: "dist/modules" };
await build({ ...modules, entryPoints: sources.filter((file) => file !== join(root, LOADER)) });
await build({ ...modules, entryPoints: [LOADER], bundle: true });
await bundle("index", [kernelsInBase64]);
for (const name of OTHER_ENTRIES) await bundle(name, [from("./index.js", /\/lanegradError\.js$/)]);
run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"]);
