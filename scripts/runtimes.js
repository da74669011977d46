// npm run test:runtimes: one training in several runtimes, which must give the same bits.
// LANEGRAD_SKIP_RUNTIMES=node24,deno leaves out what it names. Where CI is set it is not read, and a runtime
// that did not run is a failure.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { RECORDED_HASH } from "../test/runtimes/training.js";
import { build, install, root, run, unlessDone } from "./setup.js";

const folder = join(root, "test", "runtimes");
const installed = join(folder, "node_modules");
const onWindows = process.platform === "win32";
const thisMajor = process.versions.node.split(".")[0];

// No permission is given to Deno, and it may not ask for one.
const DENO = [join(installed, "deno", "bin.cjs"), "run", "--no-prompt", "--no-remote", "--no-lock"];

/** Each as often as it runs in a process of its own. `relaxed`: has relaxed SIMD, so that it is the default. */
const RUNTIMES = [
  { id: "node", title: `Node ${thisMajor}.`, command: process.execPath, args: [], needs: process.execPath },
  { id: "node", title: `Node ${thisMajor}.`, command: process.execPath, args: [], needs: process.execPath },
  {
    id: "node24",
    title: "Node 24.",
    command: join(installed, "node", "bin", onWindows ? "node.exe" : "node"),
    args: [],
    needs: join(installed, "node", "bin"),
    relaxed: true,
  },
  { id: "deno", title: "Deno 2.", command: process.execPath, args: DENO, needs: DENO[0], relaxed: true },
];

const SKIPPABLE = ["node24", "deno"];
const skipped = process.env.CI ? [] : (process.env.LANEGRAD_SKIP_RUNTIMES ?? "").split(",").filter(Boolean);
const unknown = skipped.find((id) => !SKIPPABLE.includes(id));
if (unknown !== undefined) {
  console.error(`LANEGRAD_SKIP_RUNTIMES can name ${SKIPPABLE.join(" and ")}. Received: ${unknown}`);
  process.exit(1);
}
let failures = 0;

function report(runtime, buildName, what, result) {
  console.log([runtime.padEnd(14), buildName.padEnd(13), what.padEnd(33), result].join(" "));
}

function fail(runtime, buildName, what, reason) {
  failures++;
  report(runtime, buildName, what, `FAIL ${reason}`);
}

/** What is wrong with a run, or nothing. */
function complaint({ build: name, deterministic, hash, losses }, relaxed) {
  if (deterministic && name !== "simd") return "must run on the build simd";
  if (!deterministic && relaxed && name !== "relaxed-simd") return "must run on the build relaxed-simd";
  if (!losses.every(Number.isFinite)) return `losses that are not finite: ${losses.join(" ")}`;
  if (name === "simd" && hash !== RECORDED_HASH) return `${hash}, recorded is ${RECORDED_HASH}`;
  return undefined;
}

function runIn({ id, title, command, args, needs, relaxed }) {
  if (skipped.includes(id)) return report(title, "-", "left out", "as LANEGRAD_SKIP_RUNTIMES says");
  if (!existsSync(needs)) {
    const hint = `npm ci in test/runtimes installs it; LANEGRAD_SKIP_RUNTIMES=${id} leaves it out`;
    return fail(title, "-", "not installed", hint);
  }
  const result = spawnSync(command, [...args, join(folder, "program.js")], { encoding: "utf8" });
  if (result.status !== 0) {
    console.error(result.error ?? result.stderr);
    return fail(title, "-", "did not run", `status ${result.status}`);
  }
  const { runtime, runs } = JSON.parse(result.stdout);
  if (!runtime.startsWith(title)) fail(runtime, "-", "another runtime", `expected ${title}`);
  for (const each of runs) {
    const wrong = complaint(each, relaxed);
    const sameBits = each.build === "simd" ? `ok ${each.hash.slice(0, 16)}` : "ok finite loss";
    if (wrong === undefined) report(runtime, each.build, each.what, sameBits);
    else fail(runtime, each.build, each.what, wrong);
  }
}

install();
build();
if (!SKIPPABLE.every((id) => skipped.includes(id))) {
  unlessDone("runtimes", ["test/runtimes/package-lock.json"], "test/runtimes/node_modules/deno", () => {
    console.log("Installing Node 24 and Deno (npm ci in test/runtimes) ...");
    run(onWindows ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: folder,
      shell: onWindows,
    });
  });
}

report("RUNTIME", "BUILD", "TRAINING", "RESULT");
for (const runtime of RUNTIMES) runIn(runtime);
if (thisMajor !== "20") {
  const reason = `this is Node ${process.versions.node}; run the script with Node 20 as well`;
  if (process.env.CI) fail("Node 20.", "-", "not here", reason);
  else report("Node 20.", "-", "left out", reason);
}
process.exit(failures === 0 ? 0 : 1);
