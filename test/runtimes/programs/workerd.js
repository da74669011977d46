// Runs the suite in a Worker of workerd, with the build that the address of a request names.
import * as lanegrad from "lanegrad";
import { runSuite } from "../suite/index.js";

async function answer(request) {
  return Response.json(await runSuite(lanegrad, new URL(request.url).searchParams.get("build")));
}

export default { fetch: answer };
