// Builds src/ into dist/ three times, and its declarations once:
// - dist/modules/, file by file, so that a bundler can leave out what a program does not use. Some files have a
//   stand-in there, which links less: see FOR_BUNDLES.
// - dist/index.js, all of it in one file, for runtimes, which take longer to find and link hundreds of files than to
//   run what is in them. The other entries are built on it: there is one memory and one class of each name, whichever
//   of them a program imports.
// - dist/slim/, file by file without kernels (scripts/build/slim.js).
// Source maps lead to src/, which is published too.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root, run } from "../setup.js";
import { shortenLocals } from "./shortenLocals.js";
import { makeSlim } from "./slim.js";
import { writeWasmFiles } from "./wasmFiles.js";

const { version, exports: entries } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** In dist/modules `x.bundle.ts` takes the place of `x.ts`, under its name. */
const FOR_BUNDLES = ".bundle.ts";
/** What `exports` in package.json names beside index, each a file in src/. */
const OTHER_ENTRIES = ["files"];
/** The namespaces that are entries of their own, such as lanegrad/layers: folders of src/. */
const NAMESPACES = Object.keys(entries)
  .map((entry) => entry.slice("./".length))
  .filter((name) => name !== "" && existsSync(join(root, "src", name, "index.ts")));

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

/** dist/layers.js and the like: what a namespace of dist/index.js holds, name by name. */
async function writeNamespaces() {
  const library = await import(pathToFileURL(join(root, "dist", "index.js")).href);
  for (const namespace of NAMESPACES) {
    const names = Object.keys(library[namespace]).join(", ");
    const code = `import { ${namespace} } from "./index.js";\nexport const { ${names} } = ${namespace};\n`;
    await writeFile(join(root, "dist", `${namespace}.js`), code);
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

/** Spaces, comments and names of locals go, which more than halves the time to parse: see scripts/build/shortenLocals.js. */
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
  const [{ text: longMap }, { path, text }] = outputFiles.toSorted((a, b) => b.path.length - a.path.length);
  const { code, map } = await shortenLocals(restoreClassNames(text), longMap, common.target);
  await writeFile(path, `${code}//# sourceMappingURL=${name}.js.map\n`);
  await writeFile(`${path}.map`, map);
}

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
const single = sources.filter((file) => !standIns.includes(file) && !replaced.includes(file));
const outOf = (file) => relative(join(root, "src"), file).slice(0, -".ts".length);
await build({
  ...modules,
  entryPoints: [
    ...single.map((file) => ({ in: file, out: outOf(file) })),
    ...standIns.map((file, i) => ({ in: file, out: outOf(replaced[i]) })),
  ],
});
makeSlim(join(root, "dist"));
await bundle("index", [kernelsInBase64]);
for (const name of OTHER_ENTRIES) await bundle(name, [from("./index.js", /\/lanegradError\.js$/)]);
await writeNamespaces();
run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"]);
