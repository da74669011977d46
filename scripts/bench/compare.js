// npm run bench:compare: installs the peers, pinned, in a folder of their own, and runs the comparison.
// Its options are those of bench/compare/compare.js.
import { join } from "node:path";
import { build, install, installHeavy, root, run } from "../setup.js";

install();
build();
installHeavy("bench/compare", "the peers");
run(process.execPath, [join(root, "bench/compare/compare.js"), ...process.argv.slice(2)]);
