// The time from starting a process to its end, with one prediction in between, over that of a bare Node that prints as much.
// The programs are in cold/.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ENVIRONMENT } from "./contestants.js";
import { writeModel } from "./files.js";
import { median } from "./median.js";

const PROGRAMS = fileURLToPath(new URL("cold/", import.meta.url));

const ROUNDS = 11;
const QUICK_ROUNDS = 1;

/** Runs a program to its end: the wall clock in milliseconds, and what it printed. */
function run(command, args) {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", env: ENVIRONMENT });
  const milliseconds = performance.now() - begin;
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
  return { milliseconds, output: stdout };
}

/** The first prediction of a contestant in a new process. */
function predictCold({ command, flags, module, setting, python }, model) {
  const program = join(PROGRAMS, python === undefined ? `${module}.mjs` : `${python}.py`);
  const { milliseconds, output } = run(command, [...flags, program, setting ?? "", model]);
  return { milliseconds, outputs: output.split(",").map(Number) };
}

/** Measures all contestants and a bare Node in turn. */
export function measureCold(job, contestants, { folder, isQuick, node }) {
  const model = writeModel(job, folder);
  const empty = join(PROGRAMS, "bare.mjs");
  const runs = new Map(contestants.map((contestant) => [contestant, []]));
  const bares = [];
  const rounds = isQuick ? QUICK_ROUNDS : ROUNDS;
  // The first round is not counted: it brings the files into the system's memory.
  for (let round = 0; round <= rounds; round++) {
    const { milliseconds } = run(node, [empty]);
    if (round > 0) bares.push(milliseconds);
    for (const contestant of contestants) {
      const result = predictCold(contestant, model);
      if (round > 0) runs.get(contestant).push(result);
    }
  }
  const bare = median(bares);
  const results = [...runs].map(([contestant, list]) => ({
    contestant,
    times: list.map(({ milliseconds }) => milliseconds - bare),
    outputs: list[0].outputs,
  }));
  return { job, results, note: `bare Node: ${bare.toFixed(1)} ms` };
}
