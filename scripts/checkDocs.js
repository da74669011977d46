// npm run check:docs: every public name has TSDoc that says something. What is marked @internal is not public.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { checkPublicNames } from "./publicNames.js";
import { build, install, root } from "./setup.js";

install();
build();
const entries = ["index.d.ts", "files.d.ts"].map((name) => join(root, "dist", name));
const { count, findings } = checkPublicNames(entries, (path) => readFileSync(path, "utf8"));
for (const { path, line, name, problem } of findings) {
  console.log(`${relative(root, path)}:${line}: ${name} ${problem}`);
}
console.log(`${count} public names, ${findings.length} findings`);
process.exit(findings.length === 0 ? 0 : 1);
