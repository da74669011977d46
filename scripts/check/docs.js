// npm run check:docs: every public name has TSDoc that says something. What is marked @internal is not public.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { checkPublicNames } from "./publicNames.js";
import { begin, root } from "../setup.js";

begin("npm run check:docs", "every public name has documentation that says something");
const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const entries = Object.values(exports)
  .filter(({ types }) => types !== undefined)
  .map(({ types }) => join(root, types));
const { count, findings } = checkPublicNames(entries, (path) => readFileSync(path, "utf8"));
for (const { path, line, name, problem } of findings) {
  console.log(`${relative(root, path)}:${line}: ${name} ${problem}`);
}
console.log(`${count} public names, ${findings.length} findings`);
process.exit(findings.length === 0 ? 0 : 1);
