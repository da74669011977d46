// dist/node/, the package in four files: index.mjs, which is read at import, and three that it reads when something of them is
// first used (src/runtime/onDemand.ts). V8 takes 12 ms to read all of the package, and a program that predicts needs
// a quarter of it. The files are bundles, each of modules of its own. What a bundle uses of another is an import for
// esbuild; afterwards a name of the entry becomes a constant, since the entry has run by then, and a name of the others a
// property of what stands for them, `onDemand.rest.name`, which is looked up when it is used.
import { writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { root } from "../setup.js";
import { bundle, writeBundle } from "./bundle.js";
import { compileAtOnce } from "./eager.js";
import { fileOf } from "./nodeFiles.js";
import { moduleOf, SRC, withKnown, withNames, withNamespaces, withPublicNamespaces } from "./nodeNames.js";
import { partsOf } from "./shortenLocals.js";

/** Node shows the line of an error that nobody catches before its message: what it shows must not fill the screen. */
const LINE_LIMIT = 240;

// .mjs: Node need not look for the package.json that says which kind of module it is.
const NAMES = { index: "index.mjs", common: "common.cjs", rest: "rest.cjs" };
const FILES = Object.keys(NAMES);
const READ_LATER = [NAMES.common, NAMES.rest, "kernels.cjs"];

/** Imports from modules of other files stay: `import{Adam}from"rest:optimizers/adam"`. */
function othersOutside(file, wanted) {
  return {
    name: "others outside",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^(\.|#kernels\/)/ }, ({ path, importer, kind }) => {
        const module = path.startsWith("#")
          ? path
          : moduleOf(resolve(dirname(importer), path.replace(/\.js$/, ".ts")));
        if (kind === "entry-point" || fileOf(module) === file) return undefined;
        return { path: `${fileOf(module)}:${module}`, external: true, sideEffects: false };
      });
      const load = (filter, contents) =>
        onLoad({ filter }, ({ path }) => ({ contents: contents(path), loader: "ts" }));
      load(/[\\/]src[\\/]index\.ts$/, (path) => withNamespaces(path, wanted));
      load(/[\\/]index\.ts$/, (path) => withNames(path, file));
      load(/[\\/]models[\\/]load\.ts$/, withPublicNamespaces);
      if (file === "index") load(/[\\/]known\.ts$/, (path) => withKnown(path, wanted));
    },
  };
}

/** The kernels of the core go into the entry; those of other families are looked up in kernels.cjs. */
function kernelsOfNode(families) {
  const lookUp = (family) => `import { ${family} as file } from "kernels:${family}";
    export const data = { get simd() { return file.simd; }, get relaxedPatch() { return file.relaxedPatch; } };`;
  return {
    name: "kernels",
    setup({ onResolve, onLoad }) {
      const stands = (filter, path) => onResolve({ filter }, () => ({ path: join(SRC, "runtime", path) }));
      stands(/^#kernels\/load$/, "load/node.ts");
      stands(/\/instantiate\.js$/, "instantiate.bundle.ts");
      onResolve({ filter: /^#kernels\// }, ({ path }) => ({ path, namespace: "kernels" }));
      onResolve({ filter: /^kernels:/ }, ({ path }) => ({ path, external: true, sideEffects: false }));
      onLoad({ filter: /./, namespace: "kernels" }, ({ path }) => {
        const family = path.replace("#kernels/", "");
        const isCore = family === "core";
        return {
          contents: isCore ? `export const data = ${JSON.stringify(families.core)};` : lookUp(family),
        };
      });
    },
  };
}

/** What the imports of a bundle stand for: [{ file, module, name, local }]; the name of all of a module is "*". */
function readImports(statements) {
  return statements.flatMap((statement) => {
    const [, clause, file, module] = /^import(.*)from"(\w+):(.*)";$/.exec(statement) ?? [];
    if (file !== "kernels" && !FILES.includes(file)) return [];
    const all = /^\*as (\w+)$/.exec(clause.trim());
    if (all !== null) return [{ file, module, name: "*", local: all[1] }];
    return clause
      .slice(1, -1)
      .split(",")
      .map((one) => {
        const [name, local = name] = one.split(" as ");
        return { file, module, name, local };
      });
  });
}

/** The names that others want of a file, each under a key of its own. */
class Wanted {
  #keys = new Map();

  get size() {
    return this.#keys.size;
  }

  key(module, name) {
    const wanted = `${module} ${name}`;
    if (!this.#keys.has(wanted)) {
      const plain = name === "*" ? module.replaceAll(/\W/g, "_") : name;
      const isTaken = [...this.#keys.values()].includes(plain);
      this.#keys.set(wanted, isTaken ? `${plain}${this.#keys.size}` : plain);
    }
    return this.#keys.get(wanted);
  }

  /** An import or export statement for each. */
  statements(verb) {
    return [...this.#keys].map(([wanted, key]) => {
      const [module, name] = wanted.split(" ");
      const from = JSON.stringify(module.startsWith("#") ? module : `./src/${module}.ts`);
      return name === "*"
        ? `${verb} * as ${key} from ${from};`
        : `${verb} { ${name} as ${key} } from ${from};`;
    });
  }

  get list() {
    return [...this.#keys.values()].join(", ");
  }
}

function entryOf(file, wanted) {
  if (file !== "index") return wanted.statements("export").join("\n");
  return [
    'export * from "./src/index.ts";',
    'import { provide } from "./src/runtime/onDemand.ts";',
    ...wanted.statements("import"),
    `provide(() => ({ ${wanted.list} }), filesOnDemand);`,
  ].join("\n");
}

async function bundleOf(file, wanted, { folder, families }) {
  const made = await bundle(join(folder, NAMES[file]), {
    stdin: { contents: entryOf(file, wanted[file]), resolveDir: root, loader: "ts" },
    plugins: [othersOutside(file, wanted), kernelsOfNode(families)],
  });
  return { ...made, file, uses: readImports(partsOf(made.code).imports) };
}

/** Bundles until no file wants a name of another that this one does not hand out yet. */
async function bundleAll(wanted, target) {
  for (;;) {
    const before = FILES.map((file) => wanted[file].size).join();
    const bundles = [];
    for (const file of FILES) {
      const made = await bundleOf(file, wanted, target);
      for (const { file: other, module, name } of made.uses) wanted[other].key(module, name);
      bundles.push(made);
    }
    if (FILES.map((file) => wanted[file].size).join() === before) return bundles;
  }
}

/** `{a,b as c}` of an export, as what a function returns: `{a,c:b}`. */
function asObject(exported) {
  const names = exported.slice("export{".length, -1).split(",");
  return `{${names.map((one) => one.split(" as ").toReversed().join(":")).join(",")}}`;
}

/** What stands for the imports of a bundle, and the constants `key:local` that it takes out of the entry's names. */
function standIns({ uses }, wanted) {
  const define = {};
  const constants = new Map();
  for (const { file: other, module, name, local } of uses) {
    const key = wanted[other].key(module, name);
    if (other !== "index") define[local] = `onDemand.${other}.${key}`;
    else if (constants.has(key)) define[local] = constants.get(key);
    else constants.set(key, local);
  }
  return { define, constants: [...constants].map(([key, local]) => `${key}:${local}`) };
}

/** What a file hands out must be its own: a name of a third file is not in place yet when this one is read. */
function checkExports({ file, code, uses }) {
  const foreign = uses.filter((use) => use.file !== "index" && use.file !== file).map(({ local }) => local);
  const names = partsOf(code).exported.slice("export{".length, -1).split(",");
  const wrong = names.filter((one) => foreign.includes(one.split(" as ")[0]));
  if (wrong.length > 0) throw new Error(`dist/node/${NAMES[file]} hands out names of other files: ${wrong}`);
}

async function write(made, wanted) {
  const { define, constants } = standIns(made, wanted);
  checkExports(made);
  const isOwn = (statement) => readImports([statement]).length === 0;
  const wrap = (imports, exported) =>
    made.file === "index"
      ? { banner: `${imports.filter(isOwn).join("")}${reader()}`, footer: exported }
      : {
          // In parentheses: V8 compiles such a function as it reads it, and looks others over first (3 ms of 7).
          banner: `"use strict";module.exports=(function($index,onDemand){const{${constants.join()}}=$index;`,
          footer: `return${asObject(exported)}});`,
        };
  await writeBundle(made, { define, wrap, lineLimit: LINE_LIMIT });
}

/**
 * What reads the others. In a bundle they are not beside it: webpack and tracers find what a function that `createRequire`
 * has made is called with, ncc what a `new URL` names, esbuild and Bun what `require` is called with.
 */
function reader() {
  const file = (name) =>
    `${basename(name, ".cjs")}:()=>firstOf(` +
    `()=>{const read=createRequire(import.meta.url);return read("./${name}")},` +
    `()=>readAt(new URL("./${name}",import.meta.url)),` +
    `()=>require("./${name}"))`;
  return [
    'import{createRequire}from"node:module";',
    "const readerAt=createRequire,readAt=(url)=>readerAt(url)(url.pathname.replace(/.*\\//,'./'));",
    "function firstOf(...ways){let first;for(const way of ways)try{return way()}catch(cause){first??=cause}throw first}",
    `const filesOnDemand={${READ_LATER.map(file).join(",\n")}};`,
  ].join("\n");
}

/**
 * Writes the files.
 *
 * @param {string} folder such as dist/node
 * @param {Record<string, object>} families the kernels of each, both builds in base64
 */
export async function writeOnDemand(folder, families) {
  const wanted = Object.fromEntries([...FILES, "kernels"].map((file) => [file, new Wanted()]));
  for (const made of await bundleAll(wanted, { folder, families })) await write(made, wanted);
  const { core: _, ...others } = families;
  await writeFile(
    join(root, folder, "kernels.cjs"),
    `"use strict";\nmodule.exports = () => (${JSON.stringify(others)});\n`,
  );
  compileAtOnce(join(root, folder, NAMES.index));
}
