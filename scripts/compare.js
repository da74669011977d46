// npm run bench:compare: installs the peers, pinned, in a folder of their own, and runs the comparison.
import { join } from "node:path";
import { build, install, root, run, unlessDone } from "./setup.js";

install();
build();
const folder = join(root, "bench", "compare");
unlessDone("compare", ["bench/compare/package-lock.json"], "bench/compare/node_modules", () => {
  console.log("Installing the peers (npm ci in bench/compare) ...");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  run(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    shell: process.platform === "win32",
  });
});
run(process.execPath, [join(folder, "compare.js")]);
