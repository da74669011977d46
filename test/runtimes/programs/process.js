// Runs the suite in a process, with the build that its argument names, and prints one JSON line.
import * as lanegrad from "lanegrad";
import { runSuite } from "../suite/index.js";

console.log(JSON.stringify(await runSuite(lanegrad, globalThis.process.argv[2])));
