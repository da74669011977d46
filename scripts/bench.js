// npm run bench [PART ...] (see PARTS): how fast the kernels and training are, each beside a yardstick measured in the
// same run, and what the time of a training step goes to. Single thread; use a machine that does nothing else.
import { build, install, run } from "./setup.js";

const PARTS = ["products", "bandwidth", "transcendentals", "training", "profile"];
const chosen = process.argv.slice(2);
const unknown = chosen.find((part) => !PARTS.includes(part));
if (unknown !== undefined) {
  console.error(`There is no benchmark ${unknown}. There are: ${PARTS.join(", ")}`);
  process.exit(1);
}

install();
build();
for (const part of chosen.length > 0 ? chosen : PARTS) run(process.execPath, [`bench/${part}.js`]);
