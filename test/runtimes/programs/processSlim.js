// Runs the suite through lanegrad/slim in a process, which reads the kernels from the package's files.
import { readFileSync } from "node:fs";
import * as lanegrad from "lanegrad/slim";
import { runSuite } from "../suite/index.js";
import { bringKernels } from "./bringKernels.js";

await bringKernels((file) => readFileSync(new URL(import.meta.resolve(`lanegrad/kernels/${file}`))));
console.log(JSON.stringify(await runSuite(lanegrad, globalThis.process.argv[2])));
