// Runs the suite through lanegrad/slim in a page, which gives the URLs of the kernels.
import * as lanegrad from "lanegrad/slim";
import { runSuite } from "../suite/index.js";
import { bringKernels } from "./bringKernels.js";

async function run() {
  await bringKernels((file) => `/node_modules/lanegrad/dist/kernels/${file}`);
  return runSuite(lanegrad, new URLSearchParams(location.search).get("build"));
}

globalThis.result = run();
