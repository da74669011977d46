// npm run bench:compare: Lanegrad beside its peers, on the same work, one thread, in processes of their own.
//
//   --only GROUP    measure this group (may be repeated; the names are those of GROUPS in jobs.js)
//   --quick         one counted run each
//   --node PATH     measure on another Node
//   --keep FILE     keep measurements in this file, and report what it holds besides, so that a
//                   comparison can be made in pieces
//   --write FILE    write the report, in Markdown
//
// Ends with status 1 if a contestant did other work than the rest, whose times then mean nothing.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { faultsOf } from "./check.js";
import { contestantsOn, usualKind, versionOf } from "./contestants.js";
import { compilePeaks } from "./files.js";
import { measureFresh } from "./fresh.js";
import { GROUPS } from "./jobs.js";
import { report } from "./report.js";
import { measureGroup } from "./rounds.js";

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: Object.keys(GROUPS) },
      quick: { type: "boolean", default: false },
      node: { type: "string", default: process.execPath },
      keep: { type: "string" },
      write: { type: "string" },
    },
  });
  const unknown = values.only.find((name) => !(name in GROUPS));
  if (unknown !== undefined) {
    console.error(`There is no group ${unknown}. There are: ${Object.keys(GROUPS).join(", ")}`);
    process.exit(1);
  }
  return values;
}

/** Measures the chosen groups in their order. */
async function measure(names, contestants, options) {
  const measured = [];
  for (const name of names) {
    console.error(`Measuring ${name} ...`);
    const jobs = GROUPS[name];
    if (jobs[0].fresh === undefined) measured.push(...(await measureGroup(jobs, contestants, options)));
    else for (const job of jobs) measured.push(await measureFresh(job, contestants, options));
  }
  return measured;
}

/** What was kept earlier with what was measured now in its place, in the order of the jobs. */
function joined(kept, measured) {
  const byJob = new Map([...kept, ...measured].map((entry) => [entry.job.id, entry]));
  return Object.values(GROUPS)
    .flat()
    .flatMap(({ id }) => (byJob.has(id) ? [byJob.get(id)] : []));
}

async function main() {
  const options = readOptions();
  const all = contestantsOn(options.node);
  const isHere = ({ command }) => command !== undefined;
  const absent = all.filter((contestant) => !isHere(contestant)).map(({ name }) => name);
  for (const name of absent) console.error(`${name}: not here`);
  const folder = mkdtempSync(join(tmpdir(), "lanegrad-compare-"));
  let measured;
  try {
    if (options.only.some((name) => GROUPS[name][0].kind === "matMul")) compilePeaks(folder);
    const settings = { folder, isQuick: options.quick, node: options.node };
    measured = await measure(options.only, all.filter(isHere), settings);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const faults = measured.flatMap(faultsOf);
  if (options.keep !== undefined) {
    const kept = existsSync(options.keep) ? JSON.parse(readFileSync(options.keep, "utf8")) : [];
    measured = joined(kept, measured);
    writeFileSync(options.keep, JSON.stringify(measured));
  }
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${cpus()[0].model}, Node ${versionOf(options.node)}, one thread each, medians of interleaved runs, ${date}.`;
  const text = report(measured, { machine, absent, usualKind: usualKind(options.node) });
  console.log(text);
  if (options.write !== undefined) writeFileSync(options.write, text);
  for (const sentence of faults) console.error(sentence);
  if (faults.length > 0) process.exitCode = 1;
}

await main();
