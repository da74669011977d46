// Trains with the built package and prints one JSON line: { runtime, runs }, a run being
// { what, build, deterministic, hash, losses }.
// Runs as it is wherever there are ES modules and WebAssembly: it names no module of a runtime, reads no
// argument and no file, and needs no permission.
import * as lanegrad from "../../dist/index.js";
import { train, trainInHalves } from "./training.js";

function runtime() {
  if (globalThis.Deno) return `Deno ${globalThis.Deno.version.deno}`;
  if (globalThis.process?.versions?.node) return `Node ${globalThis.process.versions.node}`;
  return navigator.userAgent;
}

const runs = [];
lanegrad.configure({ deterministic: true });
runs.push({ what: "deterministic", ...(await train(lanegrad)) });
lanegrad.configure({ deterministic: false });
runs.push({ what: "not deterministic", ...(await train(lanegrad)) });
// After another build has run in the same process.
lanegrad.configure({ deterministic: true });
runs.push({ what: "deterministic, second time", ...(await train(lanegrad)) });
runs.push({ what: "deterministic, saved and resumed", ...(await trainInHalves(lanegrad)) });

console.log(JSON.stringify({ runtime: runtime(), runs }));
