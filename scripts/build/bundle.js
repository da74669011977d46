// A bundle of dist/: what esbuild makes of an entry, with the names of classes as in src/ and short names of locals.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { root } from "../setup.js";
import { shortenLocals } from "./shortenLocals.js";

const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));

/** Options of esbuild for all that is built of src/. */
export const common = {
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
  // src/runtime/kernels/order.ts is imported for its place alone.
  logOverride: { "ignored-bare-import": "silent" },
};

/**
 * Gives classes their names back, which show wherever a program or an error message prints an object: esbuild writes
 * `var Tensor = class _Tensor` where a class refers to itself, and numbers classes of the same name. What a line holds
 * keeps its length, so that the source map stays right.
 */
function restoreClassNames(code) {
  const own = Array.from(code.matchAll(/\b(\w+) ?= ?class _\1\b/g), ([, name]) => name);
  const text = own.reduce((old, name) => old.replaceAll(new RegExp(`\\b_${name}\\b`, "g"), ` ${name}`), code);
  const numbered = Array.from(text.matchAll(/\b([A-Z]\w*?)(\d+)=class\b/g)).filter(([, name]) =>
    new RegExp(`\\b${name}\\b`).test(text),
  );
  const names = numbered.map(
    ([, name, digits]) => `Object.defineProperty(${name}${digits},"name",{value:"${name}"});`,
  );
  const end = text.lastIndexOf("export{");
  return `${text.slice(0, end)}${names.join("")}${text.slice(end)}`;
}

/**
 * What esbuild makes of an entry, without spaces and comments: { path, code, map }.
 *
 * @param {string} path of the bundle
 * @param {object} options of esbuild: the entry and plugins
 */
export async function bundle(path, options) {
  const { outputFiles } = await build({
    ...common,
    outdir: undefined,
    outfile: path,
    bundle: true,
    external: ["node:*"],
    minifySyntax: true,
    minifyWhitespace: true,
    write: false,
    ...options,
  });
  const [{ text: map }, { text }] = outputFiles.toSorted((a, b) => b.path.length - a.path.length);
  return { path: resolve(root, path), code: restoreClassNames(text), map };
}

/** A break that JavaScript allows, and TypeScript takes for the end of an unfinished name. */
const MISREAD_BREAK = /\.\n\w+ (?:in|instanceof|of)\b/;

/** Gives locals short names, which more than halves the time to parse (see shortenLocals.js), and writes a bundle. */
export async function writeBundle({ path, code, map }, { lineLimit, ...options } = {}) {
  const shorten = (limit) =>
    shortenLocals(code, map, { target: common.target, lineLimit: limit, ...options });
  let limit = lineLimit;
  let short = await shorten(limit);
  while (limit && MISREAD_BREAK.test(short.code)) short = await shorten(--limit);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${short.code}//# sourceMappingURL=${basename(path)}.map\n`);
  await writeFile(`${path}.map`, short.map);
}
