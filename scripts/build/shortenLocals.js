// Short names for what is local to a function of a bundle; names at the top of it, of methods and of properties stay, so
// that stack traces can be read. A fifth of the text goes, and engines read all of it before anything runs.
import { transform } from "esbuild";

const IMPORT = /import(?:\*as \w+ |\{[^}]*\})from"[^"]*";/g;

const asModule = (imports, exported) => ({ banner: imports.join(""), footer: exported });

/** The import statements of a bundle, its `export{...}`, and the text between them. */
export function partsOf(code) {
  const start = code.lastIndexOf("export{");
  return {
    imports: code.match(IMPORT) ?? [],
    // The source map counts columns.
    body: code.slice(0, start).replace(IMPORT, (statement) => " ".repeat(statement.length)),
    exported: code.slice(start, code.indexOf("}", start) + 1),
  };
}

/**
 * In a module every name is local. So esbuild gets the text between imports and exports as a script, whose names at the
 * top are everybody's.
 *
 * @param {string} code an ES module without spaces and comments
 * @param {string} map its source map
 * @param {object} options
 * @param {string} options.target of esbuild
 * @param {Record<string, string>} [options.define] what stands in place of names that are imported
 * @param {(imports: string[], exported: string) => { banner: string, footer: string }} [options.wrap] what goes around
 * the text; by default the imports and exports
 * @param {number} [options.lineLimit] after how many characters lines end, roughly; by default they do not, which gzips better
 * @returns {Promise<{ code: string, map: string }>}
 */
export async function shortenLocals(code, map, { target, define = {}, wrap = asModule, lineLimit = 0 }) {
  const { imports, body, exported } = partsOf(code);
  const script = body.replace(/\b(\w+)=class +\1\b/g, (text, name) => `${name}=class`.padEnd(text.length));
  const inlineMap = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`;
  return transform(`${script}\n${inlineMap}`, {
    minify: true,
    lineLimit,
    target,
    sourcemap: "external",
    sourcesContent: false,
    define,
    ...wrap(imports, exported),
  });
}
