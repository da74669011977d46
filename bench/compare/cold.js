// The time from starting a process to its end, with one prediction in between, over that of a bare Node that prints as much
// and has the same flags: one with a flag of V8 starts slower, since it reads no cached code. The programs are in cold/.
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { ENVIRONMENT } from "./contestants.js";
import { writeModel } from "./files.js";
import { median } from "./median.js";

const PROGRAMS = fileURLToPath(new URL("cold/", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));

/** Single starts vary by a third. */
const ROUNDS = 25;
const QUICK_ROUNDS = 1;

/** What is bundled in another way than the rest: programs that import part by part, so that a bundler can leave parts out. */
const BUNDLED = {
  lanegrad: { program: "lanegrad.bundled.mjs" },
  tensorflow: {
    program: "tensorflow.bundled.mjs",
    // Its files that are modules: of the others bundlers leave out the one that registers the backend.
    mainFields: ["module", "main"],
    // It asks by `require` for modules of Node, and for this one where a program fetches something.
    external: ["node-fetch"],
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
  },
};

/** Runs a program to its end: the wall clock in milliseconds, and what it printed. */
function run(command, args) {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", env: ENVIRONMENT });
  const milliseconds = performance.now() - begin;
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
  return { milliseconds, output: stdout };
}

/** Copies of Lanegrad, as npm makes them, and of the programs that import it: by its name, as the peers are imported. */
function install(folder) {
  const installed = join(folder, "node_modules/lanegrad");
  for (const part of ["package.json", "dist"]) {
    cpSync(join(PACKAGE, part), join(installed, part), { recursive: true });
  }
  for (const program of ["lanegrad.mjs", BUNDLED.lanegrad.program]) {
    copyFileSync(join(PROGRAMS, program), join(folder, program));
  }
}

/** The program of a contestant, or one file of it and all that it needs, as functions are deployed to servers. */
async function programOf({ module, python }, { isBundled }, folder) {
  const place = module === "lanegrad" ? folder : PROGRAMS;
  if (!isBundled) return join(place, python === undefined ? `${module}.mjs` : `${python}.py`);
  const { program = `${module}.mjs`, ...options } = BUNDLED[module] ?? {};
  const outfile = join(folder, "bundled", `${module}.mjs`);
  const common = { bundle: true, minify: true, format: "esm", platform: "node", logLevel: "error" };
  await build({ ...common, ...options, entryPoints: [join(place, program)], outfile });
  return outfile;
}

/** The first prediction of a contestant in a new process. */
function predictCold({ command, flags, setting }, program, model) {
  const { milliseconds, output } = run(command, [...flags, program, setting ?? "", model]);
  return { milliseconds, outputs: output.split(",").map(Number) };
}

const flagsOf = ({ python, flags }) => (python === undefined ? flags.join(" ") : "");

/** Measures all contestants in turn, and a bare Node for each set of flags. */
export async function measureCold(job, contestants, { folder, isQuick, node }) {
  const model = writeModel(job, folder);
  install(folder);
  const empty = join(PROGRAMS, "bare.mjs");
  const programs = new Map();
  for (const contestant of contestants) programs.set(contestant, await programOf(contestant, job, folder));
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
      const result = predictCold(contestant, programs.get(contestant), model);
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
