// The process of one contestant: node contestant.js MODULE SETTING [COMMAND]. Reads commands as lines of JSON and
// answers each with one; a command that is an argument is the only one, and nothing is loaded to read others.
//
// Every module in contestants/ has `setUp(setting)`, which gives its version, and `prepare(job)`, which
// gives a function that does the work of the job once: { milliseconds, losses } or { milliseconds, outputs }.
// The function of a fit takes the number of epochs, if it is to be another than the job's.
import { median } from "./median.js";

const [module, setting, onlyCommand] = process.argv.slice(2);

/** Repeats short work until `atLeast` milliseconds are over, and takes the median. */
async function measure(work, atLeast, short) {
  const times = [];
  const peaks = [];
  const end = performance.now() + atLeast;
  let result;
  do {
    result = await work(...short);
    times.push(result.milliseconds);
    if (result.share !== undefined) peaks.push(result.share);
  } while (performance.now() < end);
  return { ...result, milliseconds: median(times), ...(peaks.length > 0 && { share: median(peaks) }) };
}

/** What a program sees that has done nothing yet: the time of importing, then of all up to the last epoch. */
async function firstFit(contestant, importMilliseconds, job) {
  const work = await contestant.prepare(job);
  const start = performance.now();
  const { losses } = await work();
  return { milliseconds: performance.now() - start, importMilliseconds, losses };
}

/** The peak of this process after the work, in kilobytes. */
async function memory(contestant, job) {
  const work = await contestant.prepare(job);
  const { losses } = await work();
  return { kilobytes: process.resourceUsage().maxRSS, losses };
}

/** The commands, one after another. */
async function* readCommands() {
  if (onlyCommand !== undefined) return yield onlyCommand;
  const { createInterface } = await import("node:readline");
  yield* createInterface({ input: process.stdin });
}

async function main() {
  const start = performance.now();
  const contestant = await import(`./contestants/${module}.js`);
  const version = await contestant.setUp(setting);
  const importMilliseconds = performance.now() - start;
  let work;
  const commands = {
    version: () => ({ version }),
    prepare: async ({ job }) => {
      work = await contestant.prepare(job);
      return {};
    },
    run: ({ atLeast, short = [] }) => measure(work, atLeast, short),
    firstFit: ({ job }) => firstFit(contestant, importMilliseconds, job),
    memory: ({ job }) => memory(contestant, job),
  };
  for await (const line of readCommands()) {
    const { command, ...options } = JSON.parse(line);
    const answer = await commands[command](options);
    process.stdout.write(`${JSON.stringify({ answer })}\n`);
  }
}

await main();
