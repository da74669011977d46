// npm run test:examples: examples/deno in Deno, and examples/edge in workerd, which Cloudflare runs Workers with.
// npm start runs the examples for Node. Nothing can be left out.
import { join } from "node:path";
import { build, install, root, run, unlessDone } from "./setup.js";

const folder = join(root, "test", "examples");
const onWindows = process.platform === "win32";

install();
build();
unlessDone("examples", ["test/examples/package-lock.json"], "test/examples/node_modules/wrangler", () => {
  console.log("Installing Deno, wrangler and workerd (npm ci in test/examples) ...");
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  run(onWindows ? "npm.cmd" : "npm", args, { cwd: folder, shell: onWindows });
});
const tests = ["deno.js", "edge.js"].map((name) => join(folder, name));
// One after the other: the second measures times.
for (const file of tests) run(process.execPath, ["--test", "--test-reporter=spec", file]);
