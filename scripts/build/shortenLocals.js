// Short names for what is local to a function of a bundle; names at the top of it, of methods and of properties stay, so
// that stack traces can be read. A fifth of the text goes, and engines read all of it before anything runs.
import { transform } from "esbuild";

const IMPORT = /import\{[^}]*\}from"[^"]*";/g;

/**
 * In a module every name is local. So esbuild gets the text between imports and exports as a script, whose names at the
 * top are everybody's.
 *
 * @param {string} code an ES module without spaces and comments
 * @param {string} map its source map
 * @param {string} target of esbuild
 * @returns {Promise<{ code: string, map: string }>}
 */
export async function shortenLocals(code, map, target) {
  const start = code.lastIndexOf("export{");
  const end = code.indexOf("}", start) + 1;
  const imports = code.match(IMPORT) ?? [];
  const body = code
    .slice(0, start)
    .replace(IMPORT, (statement) => " ".repeat(statement.length)) // the source map counts columns
    .replace(/\b(\w+)=class +\1\b/g, (text, name) => `${name}=class`.padEnd(text.length));
  const inlineMap = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`;
  return transform(`${body}\n${inlineMap}`, {
    minify: true,
    target,
    sourcemap: "external",
    sourcesContent: false,
    banner: imports.join(""),
    footer: code.slice(start, end),
  });
}
