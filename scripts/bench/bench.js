// npm run bench [PART ...] (see PARTS): how fast the kernels and training are, each beside a yardstick measured in the
// same run, and what the time of a training step goes to. Single thread; use a machine that does nothing else.
import { begin, run } from "../setup.js";

const PARTS = ["products", "bandwidth", "transcendentals", "training", "profile"];
const chosen = begin("npm run bench", "how fast kernels and training are", PARTS);
for (const part of chosen.length > 0 ? chosen : PARTS) run(process.execPath, [`bench/${part}.js`]);
