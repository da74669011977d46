// What the program does not use, and how to find it in what a bundler wrote.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";

/** Texts of errors, which bundlers keep as they are, by the file that holds them. */
const TEXTS = {
  "layers/groupNormalization.js": "groups of the same size",
  "layers/embedding.js": "larger indices are no float32",
  "layers/permute.js": "dims must hold each of the axes",
};
/** Dense layers, losses and optimizers need this family of kernels alone. */
const USED_FAMILY = "core";

/**
 * The longest part of a family's kernels as text that the family in use does not have too (they share code), and that has
 * no letter which a bundler may write in another way.
 */
function longestOwnPart(text, used) {
  const parts = text.split(/["'`$\\<\n]/).filter((part) => !used.includes(part));
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}

/** Marks of what the installed package holds and the program does not use: its name, and texts each of which gives it away. */
export function unusedMarks(folder) {
  const dist = join(folder, "node_modules", "lanegrad", "dist");
  const modules = join(dist, "modules");
  const files = readdirSync(modules, { recursive: true }).filter((name) => name.endsWith(".js"));
  const layers = Object.entries(TEXTS).map(([file, text]) => {
    const holders = files.filter((name) => readFileSync(join(modules, name), "utf8").includes(text));
    if (holders.length !== 1 || relative(file, holders[0]) !== "") {
      throw new Error(`${file} alone must hold "${text}": name another text in test/bundlers/unused.js`);
    }
    return { name: basename(file, ".js"), texts: [text] };
  });
  const folderOfTexts = join(dist, "kernels", "text");
  const textOf = (family) => readFileSync(join(folderOfTexts, `${family}.js`), "utf8");
  const families = readdirSync(folderOfTexts).map((name) => basename(name, ".js"));
  const base64 = readFileSync(join(dist, "kernels", "base64.js"), "utf8");
  const kernels = families
    .filter((family) => family !== USED_FAMILY)
    .map((family) => {
      const text = longestOwnPart(textOf(family), textOf(USED_FAMILY));
      const [, inBase64] = new RegExp(`const ${family} = .*?"simd":"([^"]*)"`).exec(base64);
      return { name: `kernels of ${family}`, texts: [text, inBase64, `${family}.simd.wasm`] };
    });
  return [...layers, ...kernels];
}
