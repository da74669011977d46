// Builds src/ into dist/ four times, and its declarations once:
// - dist/modules/, file by file, so that a bundler can leave out what a program does not use. Some files have a
//   stand-in there, which links less: see FOR_BUNDLES.
// - dist/index.js, all of it in one file, for runtimes, which take longer to find and link hundreds of files than to
//   run what is in them. The other entries are built on it: there is one memory and one class of each name, whichever
//   of them a program imports.
// - dist/node/, the same for Node, most of it read when it is first used (scripts/build/onDemand.js).
// - dist/slim/, file by file without kernels (scripts/build/slim.js).
// Source maps lead to src/, which is published too.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root, run } from "../setup.js";
import { bundle, common, writeBundle } from "./bundle.js";
import { writeOnDemand } from "./onDemand.js";
import { makeSlim } from "./slim.js";
import { writeWasmFiles } from "./wasmFiles.js";

const { version, exports: entries } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** In dist/modules `x.bundle.ts` takes the place of `x.ts`, under its name. */
const FOR_BUNDLES = ".bundle.ts";
/** What dist/node alone needs. */
const FOR_NODE = ["runtime/load/node.ts", "runtime/onDemand.ts"];
/** What `exports` in package.json names beside index, each a file in src/. */
const OTHER_ENTRIES = ["files"];
/** The namespaces that are entries of their own, such as lanegrad/layers: folders of src/. */
const NAMESPACES = Object.keys(entries)
  .map((entry) => entry.slice("./".length))
  .filter((name) => name !== "" && existsSync(join(root, "src", name, "index.ts")));

const sources = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

/** Leaves imports that match to a file in dist/. */
function from(file, filter) {
  const setup = ({ onResolve }) => onResolve({ filter }, () => ({ path: file, external: true }));
  return { name: file, setup };
}

/** The entries beside the package's own, which import it: files.js, layers.js and the like, name by name. */
async function writeOtherEntries(folder, main) {
  for (const name of OTHER_ENTRIES) {
    const plugins = [from(`./${main}`, /\/lanegradError\.js$/)];
    await writeBundle(await bundle(join(folder, `${name}.js`), { entryPoints: [`src/${name}.ts`], plugins }));
  }
  const library = await import(pathToFileURL(join(root, folder, main)).href);
  for (const namespace of NAMESPACES) {
    const names = Object.keys(library[namespace]).join(", ");
    const code = `import { ${namespace} } from "./${main}";\nexport const { ${names} } = ${namespace};\n`;
    await writeFile(join(root, folder, `${namespace}.js`), code);
  }
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

// What an older build left would be published too.
for (const name of readdirSync(join(root, "dist"))) {
  if (name !== "kernels") rmSync(join(root, "dist", name), { recursive: true });
}
writeWasmFiles(join(root, "dist/kernels"), version);
const standIns = sources.filter((file) => file.endsWith(FOR_BUNDLES));
const replaced = standIns.map((file) => file.replace(FOR_BUNDLES, ".ts"));

// Fields that classes only declare take room where they are defined; constructors assign them anyway.
const tsconfigRaw = { compilerOptions: { useDefineForClassFields: false, verbatimModuleSyntax: true } };
const modules = { ...common, outdir: "dist/modules", tsconfigRaw };
const elsewhere = [...standIns, ...replaced, ...FOR_NODE.map((file) => join(root, "src", file))];
const single = sources.filter((file) => !elsewhere.includes(file));
const outOf = (file) => relative(join(root, "src"), file).slice(0, -".ts".length);
await build({
  ...modules,
  entryPoints: [
    ...single.map((file) => ({ in: file, out: outOf(file) })),
    ...standIns.map((file, i) => ({ in: file, out: outOf(replaced[i]) })),
  ],
});
makeSlim(join(root, "dist"));
await writeBundle(
  await bundle("dist/index.js", { entryPoints: ["src/index.ts"], plugins: [kernelsInBase64] }),
);
await writeOnDemand("dist/node", await import(pathToFileURL(join(root, "dist/kernels/base64.js")).href));
await writeOtherEntries("dist", "index.js");
await writeOtherEntries("dist/node", "index.mjs");
run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"]);

// Types need no order; JSR has one file for all modules, and would look for the one that is imported for it.
const declarations = join(root, "dist", "index.d.ts");
const text = readFileSync(declarations, "utf8");
await writeFile(declarations, text.replace(/^import ".*\/order\.js";\n/m, ""));
