// Runs the suite through lanegrad/slim in a Worker of workerd, which imports the kernels as modules.
import * as lanegrad from "lanegrad/slim";
import { runSuite } from "../suite/index.js";
import { bringKernels } from "./bringKernels.js";
// Written by runners/prepare.js.
import { MODULES } from "./kernelModules.js";

async function answer(request) {
  await bringKernels((file) => MODULES[file]);
  return Response.json(await runSuite(lanegrad, new URL(request.url).searchParams.get("build")));
}

export default { fetch: answer };
