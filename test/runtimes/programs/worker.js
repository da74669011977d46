// Runs the suite in a web worker, with the build that a message names.
import { runSuite } from "../suite/index.js";

addEventListener("message", async ({ data: build }) => postMessage(await runSuite(build)));
