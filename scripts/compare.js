// npm run bench:compare: installs the peers, pinned, in a folder of their own, and runs the comparison.
// Its options are those of bench/compare/compare.js.
import { join } from "node:path";
import { build, install, root, run, unlessDone } from "./setup.js";

install();
build();
const folder = join(root, "bench", "compare");
unlessDone("compare", ["bench/compare/package-lock.json"], "bench/compare/node_modules", () => {
  console.log("Installing the peers (npm ci in bench/compare) ...");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  // The scripts of these packages fetch what is not needed here (binaries for graphics cards).
  run(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    shell: process.platform === "win32",
  });
});
run(process.execPath, [join(folder, "compare.js"), ...process.argv.slice(2)]);
