// dist/slim/, the entry lanegrad/slim: dist/modules/ once more, with kernels that the program brings itself. Its files
// name what `#kernels` stands for by path, since conditions of `imports` could not tell the two trees apart.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { familiesIn } from "./wasmFiles.js";

/** What dist/modules/ alone needs, and what dist/slim/ alone. */
const MODULES_ONLY = ["files.js", "runtime/load"];
const SLIM_ONLY = ["slim.js", "bring"];

function remove(folder, names) {
  for (const name of names) {
    rmSync(join(folder, name), { recursive: true });
    rmSync(join(folder, `${name}.map`), { force: true });
  }
}

/** Makes dist/slim/ of dist/modules/. */
export function makeSlim(dist) {
  const slim = join(dist, "slim");
  cpSync(join(dist, "modules"), slim, { recursive: true });
  remove(join(dist, "modules"), SLIM_ONLY);
  remove(slim, MODULES_ONLY);
  mkdirSync(join(slim, "kernels"));
  for (const family of familiesIn(join(dist, "kernels"))) {
    writeFileSync(join(slim, "kernels", `${family}.js`), `export const data = ${JSON.stringify(family)};\n`);
  }
  const targets = { load: join(slim, "bring/load.js"), names: join(dist, "kernels/names.js") };
  for (const name of readdirSync(slim, { recursive: true })) {
    if (!name.endsWith(".js")) continue;
    const path = join(slim, name);
    const code = readFileSync(path, "utf8").replaceAll(/"#kernels\/([\w-]+)"/g, (_, what) => {
      const target = relative(dirname(path), targets[what] ?? join(slim, "kernels", `${what}.js`));
      return JSON.stringify(target.replaceAll("\\", "/").replace(/^(?!\.)/, "./"));
    });
    writeFileSync(path, code);
  }
}
