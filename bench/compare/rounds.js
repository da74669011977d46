// Measures the jobs of a group in rounds: every contestant in turn, so that what slows the machine down for
// a while slows all of them.
import { Child } from "./child.js";
import { withFiles } from "./files.js";
import { median } from "./median.js";

/** Counted runs; slow work has fewer: [at least this long in milliseconds, rounds]. */
const ROUNDS = [
  [1500, 2],
  [500, 3],
  [0, 5],
];
const QUICK_ROUNDS = 1;

/** How long a run repeats its work, and the warm-up, in milliseconds. */
const RUN = 100;
const PRODUCT_RUN = 8;
const WARM_UP = 400;
const PRODUCT_WARM_UP = 100;

/** Fits of so many epochs are warmed up with a part of them. */
const LONG_FIT = 100;
const WARM_UP_PART = 0.1;

/** The runs of one contestant at one job. */
class Entry {
  runs = [];

  constructor(contestant, child, job, isQuick) {
    this.contestant = contestant;
    this.child = child;
    this.job = job;
    this.isQuick = isQuick;
  }

  async prepare() {
    await this.child.ask({ command: "prepare", job: this.job });
    const { kind, epochs } = this.job;
    const atLeast = kind === "matMul" ? PRODUCT_WARM_UP : WARM_UP;
    const part = epochs >= LONG_FIT ? WARM_UP_PART : 1;
    const short = part < 1 ? [epochs * part] : [];
    const { milliseconds } = await this.child.ask({ command: "run", atLeast, short });
    const expected = milliseconds / part;
    this.rounds = this.isQuick ? QUICK_ROUNDS : ROUNDS.find(([slow]) => expected >= slow)[1];
  }

  async run(round) {
    if (round >= this.rounds) return;
    const atLeast = this.job.kind === "matMul" ? PRODUCT_RUN : RUN;
    this.runs.push(await this.child.ask({ command: "run", atLeast }));
  }

  result() {
    const { count, scale = 1 } = this.job;
    const times = this.runs.map(({ milliseconds }) => (milliseconds / count) * scale);
    const { losses, outputs } = this.runs[0];
    const shares = this.runs.map(({ share }) => share).filter((share) => share !== undefined);
    const share = shares.length > 0 ? median(shares) : undefined;
    return { contestant: this.contestant, times, losses, outputs, share };
  }
}

/** All contestants that take part in one of the jobs, each in a process of its own, with its version. */
async function start(contestants, jobs) {
  const children = new Map();
  for (const contestant of contestants) {
    if (!jobs.some((job) => job.contestants.includes(contestant.peer))) continue;
    const child = new Child(contestant);
    contestant.version ??= (await child.ask({ command: "version" })).version;
    children.set(contestant, child);
  }
  return children;
}

async function measureJob(job, children, { folder, isQuick }) {
  const prepared = withFiles(job, folder);
  const entries = [...children]
    .filter(([{ peer }]) => job.contestants.includes(peer))
    .map(([contestant, child]) => new Entry(contestant, child, prepared, isQuick));
  for (const entry of entries) await entry.prepare();
  const rounds = Math.max(...entries.map((entry) => entry.rounds));
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) await entry.run(round);
  }
  return { job, results: entries.map((entry) => entry.result()) };
}

/** Measures the jobs of a group and gives, for each, { job, results }. */
export async function measureGroup(jobs, contestants, options) {
  const children = await start(contestants, jobs);
  try {
    const measured = [];
    for (const job of jobs) measured.push(await measureJob(job, children, options));
    return measured;
  } finally {
    for (const child of children.values()) await child.close();
  }
}
