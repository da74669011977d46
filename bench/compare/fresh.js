// What only a fresh process shows: the first fit, and the peak of resident memory.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { askAtStart, Child } from "./child.js";
import { measureCold } from "./cold.js";
import { withFiles } from "./files.js";
import { median } from "./median.js";

/** A module in a file, as the contestants are: loading one takes Node 2 MB that `node -p` does not need. */
const BARE = fileURLToPath(new URL("bare.js", import.meta.url));

const KILOBYTES = 1024;

/** In a first fit V8 compiles on other threads, which take the core away in some runs: medians of few of them jump. */
const ROUNDS = { firstFit: 15, memory: 3 };
const QUICK_ROUNDS = 1;

/** TensorFlow.js's cpu backend needs eight seconds for a wide epoch, and its memory varies little. */
const SLOW = { memory: ["tfjs cpu"] };

/** Asks a new process for one command. */
async function askOnce(contestant, message) {
  const child = new Child(contestant);
  try {
    return await child.ask(message);
  } finally {
    await child.close();
  }
}

/** Peak resident memory of a program that does nothing, in megabytes. */
function bareMegabytes({ command, python }) {
  const program =
    python === undefined
      ? [BARE]
      : ["-c", "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"];
  return Number(spawnSync(command, program, { encoding: "utf8" }).stdout) / KILOBYTES;
}

async function firstFit(contestant, job) {
  const { milliseconds, importMilliseconds, losses } = await askOnce(contestant, {
    command: "firstFit",
    job,
  });
  return { value: milliseconds, importing: importMilliseconds, losses };
}

function memory(contestant, job) {
  const bare = bareMegabytes(contestant);
  const { kilobytes, losses } = askAtStart(contestant, { command: "memory", job });
  return { value: kilobytes / KILOBYTES - bare, bare, losses };
}

const READ = { firstFit, memory };

/** What is told besides. */
const NOTES = {
  firstFit: (list) => `with import ${median(list.map((run) => run.value + run.importing)).toFixed(0)} ms`,
  memory: (list) => `bare ${median(list.map(({ bare }) => bare)).toFixed(0)} MB`,
};

function roundsOf({ fresh }, { name }, isQuick) {
  return isQuick || SLOW[fresh]?.includes(name) ? QUICK_ROUNDS : ROUNDS[fresh];
}

async function measureInTurn(job, contestants, { folder, isQuick }) {
  const prepared = withFiles(job, folder);
  const runs = new Map(contestants.map((contestant) => [contestant, []]));
  for (let round = 0; round < ROUNDS[job.fresh]; round++) {
    for (const contestant of contestants) {
      if (round >= roundsOf(job, contestant, isQuick)) continue;
      runs.get(contestant).push(await READ[job.fresh](contestant, prepared));
    }
  }
  const results = [...runs].map(([contestant, list]) => ({
    contestant,
    times: list.map(({ value }) => value),
    losses: list[0].losses,
    note: NOTES[job.fresh](list),
  }));
  return { job, results };
}

/** Measures a job in fresh processes, contestants in turn: { job, results }. */
export async function measureFresh(job, contestants, options) {
  const takingPart = contestants.filter(({ peer }) => job.contestants.includes(peer));
  for (const contestant of takingPart) {
    contestant.version ??= (await askOnce(contestant, { command: "version" })).version;
  }
  return job.fresh === "cold"
    ? measureCold(job, takingPart, options)
    : measureInTurn(job, takingPart, options);
}
