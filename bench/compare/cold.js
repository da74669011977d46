// The time from starting a process to its end, with one prediction in between, over that of a bare Node that prints as much
// and has the same flags: one with a flag of V8 starts slower, since it reads no cached code. The programs are in cold/.
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ENVIRONMENT } from "./contestants.js";
import { writeModel } from "./files.js";
import { median } from "./median.js";

const PROGRAMS = fileURLToPath(new URL("cold/", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));

/** Single starts vary by a third. */
const ROUNDS = 25;
const QUICK_ROUNDS = 1;

/** Runs a program to its end: the wall clock in milliseconds, and what it printed. */
function run(command, args) {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", env: ENVIRONMENT });
  const milliseconds = performance.now() - begin;
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
  return { milliseconds, output: stdout };
}

/** Copies of Lanegrad, as npm makes them, and of the program that imports it: by its name, as the peers are imported. */
function install(folder) {
  const installed = join(folder, "node_modules/lanegrad");
  for (const part of ["package.json", "dist/node"]) {
    cpSync(join(PACKAGE, part), join(installed, part), { recursive: true });
  }
  copyFileSync(join(PROGRAMS, "lanegrad.mjs"), join(folder, "lanegrad.mjs"));
}

/** The first prediction of a contestant in a new process. */
function predictCold({ command, flags, module, setting, python }, model, folder) {
  const place = module === "lanegrad" ? folder : PROGRAMS;
  const program = join(place, python === undefined ? `${module}.mjs` : `${python}.py`);
  const { milliseconds, output } = run(command, [...flags, program, setting ?? "", model]);
  return { milliseconds, outputs: output.split(",").map(Number) };
}

const flagsOf = ({ python, flags }) => (python === undefined ? flags.join(" ") : "");

/** Measures all contestants in turn, and a bare Node for each set of flags. */
export function measureCold(job, contestants, { folder, isQuick, node }) {
  const model = writeModel(job, folder);
  install(folder);
  const empty = join(PROGRAMS, "bare.mjs");
  const runs = new Map(contestants.map((contestant) => [contestant, []]));
  const bares = new Map(["", ...contestants.map(flagsOf)].map((flags) => [flags, []]));
  const rounds = isQuick ? QUICK_ROUNDS : ROUNDS;
  // The first round is not counted: it brings the files into the system's memory.
  for (let round = 0; round <= rounds; round++) {
    for (const [flags, list] of bares) {
      const { milliseconds } = run(node, [...(flags === "" ? [] : flags.split(" ")), empty]);
      if (round > 0) list.push(milliseconds);
    }
    for (const contestant of contestants) {
      const result = predictCold(contestant, model, folder);
      if (round > 0) runs.get(contestant).push(result);
    }
  }
  const results = [...runs].map(([contestant, list]) => {
    const bare = median(bares.get(flagsOf(contestant)));
    const times = list.map(({ milliseconds }) => milliseconds - bare);
    return { contestant, times, outputs: list[0].outputs };
  });
  const notes = [...bares].map(
    ([flags, list]) => `${flags && `with ${flags} `}${median(list).toFixed(1)} ms`,
  );
  return { job, results, note: `bare Node: ${notes.join(", ")}` };
}
