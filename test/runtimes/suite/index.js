// The suite: end-to-end tests that run wherever there are ES modules and WebAssembly. They name no module of a
// runtime and need no permission, and take the namespace that they test.
import { TRAININGS } from "../trainings/index.js";
import { hashOfBytes } from "../trainings/training.js";
import { runAll } from "./check.js";
import { errors } from "./errors.js";
import { eventLoop } from "./eventLoop.js";
import { setLanegrad } from "./lanegrad.js";
import { learning } from "./learning.js";
import { memory } from "./memory.js";
import { reproducibility } from "./reproducibility.js";
import { deterministicFile, saving } from "./saving.js";

const TESTS = { ...learning, ...saving, ...errors, ...memory, ...reproducibility, ...eventLoop };

/** How the engine calls itself. */
function engine() {
  const { Bun, Deno, navigator, process } = globalThis;
  if (Deno) return `Deno ${Deno.version.deno}`;
  if (Bun) return `Bun ${Bun.version}`;
  return process?.versions?.node ? `Node ${process.versions.node}` : navigator.userAgent;
}

/**
 * Runs all tests with one build of the kernels.
 *
 * @param lanegrad the namespace of an entry of the package: lanegrad, or lanegrad/slim with kernels
 * @param build "simd" or "relaxed-simd"
 * @returns what happened, as JSON can hold it: engine, version of Lanegrad, build that is the default here, build
 * tested, tests, and hashes of what has the same bytes everywhere: weights after each training, and a file
 */
export async function runSuite(lanegrad, build) {
  const { backend, configure, version } = lanegrad;
  setLanegrad(lanegrad);
  const { name: defaultBuild, memoryBudget } = backend();
  const reset = () => {
    configure({ deterministic: false, memoryBudget });
    configure({ build });
  };
  const tests = await runAll(TESTS, reset);
  configure({ deterministic: true });
  const hashes = {};
  for (const { name, train } of TRAININGS) hashes[name] = (await train(lanegrad)).hash;
  const fileHash = await hashOfBytes(await deterministicFile());
  reset();
  return { engine: engine(), version, defaultBuild, build, tests, hashes, fileHash };
}
