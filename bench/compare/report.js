// The tables, in Markdown that reads well on a console too.
import { judge } from "./demands.js";
import { median } from "./median.js";

/** Three significant digits, and no fewer before the point. */
function digits(value) {
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-3))));
  return value.toFixed(Math.min(places, 4));
}

/** A table whose columns are as wide as their widest cell. */
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join("\n");
}

/** Kinds of jobs that train, in which a contestant with another optimizer is marked. */
const TRAINING = ["step", "fit"];

const spread = (times) => `${digits(Math.min(...times))} to ${digits(Math.max(...times))}`;

function jobTable({ job, results, note }) {
  const ours = results.filter(({ contestant }) => contestant.peer === "lanegrad");
  const head = [
    "",
    job.unit,
    "least to most",
    ...ours.map(({ contestant }) => `x ${contestant.name}`),
    "runs",
    "",
  ];
  const rows = results.map(({ contestant, times, note: remark }) => [
    contestant.name + (contestant.otherOptimizer && TRAINING.includes(job.kind) ? " *" : ""),
    digits(median(times)),
    spread(times),
    ...ours.map((our) => digits(median(times) / median(our.times))),
    String(times.length),
    remark ?? "",
  ]);
  return `### ${job.title}\n\n${note === undefined ? "" : `${note}\n\n`}${table([head, ...rows])}`;
}

/** Products: a row for each, GFLOP/s and half the spread for each contestant. */
function productTable(title, measured) {
  const contestants = measured[0].results.map(({ contestant }) => contestant.name);
  const rows = measured.map(({ job, results }) => [
    job.title.replace("matmul ", ""),
    ...results.map(({ times, share }) => {
      const rate = (2 * job.m * job.n * job.k) / median(times) / 1e6;
      const half = (50 * (Math.max(...times) - Math.min(...times))) / median(times);
      const ofPeak = share === undefined ? "" : ` = ${(100 * share).toFixed(0)} %`;
      return `${digits(rate)}${ofPeak} ±${half.toFixed(0)}`;
    }),
  ]);
  const text =
    "GFLOP/s; ± half of least to most, in percent; for Lanegrad the share of the multiply-add peak at that moment.";
  return `### ${title}\n\n${text}\n\n${table([["rows x columns x depth", ...contestants], ...rows])}`;
}

const standing = (margin) => (margin >= 1 ? "met" : `missed by ${(100 * (1 - margin)).toFixed(0)} %`);

/** One line for each verdict; a demand on many jobs has one line, and one for each that misses it. */
function demandLines({ point, verdicts }) {
  const line = ({ job, what, demanded, reached, margin }) => [
    String(point),
    job.title,
    what,
    demanded,
    reached,
    standing(margin),
  ];
  if (verdicts.length <= 2) return verdicts.map(line);
  const missed = verdicts.filter(({ margin }) => margin < 1);
  const least = verdicts.toSorted((a, b) => a.margin - b.margin)[0];
  const met = `${verdicts.length - missed.length} of ${verdicts.length} met`;
  const summary = [
    String(point),
    `${verdicts.length} jobs`,
    least.what,
    least.demanded,
    `${least.reached} (least)`,
    met,
  ];
  return [summary, ...missed.map(line)];
}

function demandTable(measured, usualKind) {
  const head = ["point", "job", "what", "demanded", "reached", ""];
  const rows = judge(measured, usualKind).flatMap(demandLines);
  return rows.length === 0 ? "" : `## Demands\n\n${table([head, ...rows])}`;
}

/** The whole report. `machine` is a sentence on where it was measured. */
export function report(measured, { machine, absent, usualKind }) {
  const isProduct = ({ job }) => job.kind === "matMul";
  const squares = measured.filter(
    (entry) => isProduct(entry) && entry.job.m === entry.job.k && entry.job.m === entry.job.n,
  );
  const others = measured.filter((entry) => isProduct(entry) && !squares.includes(entry));
  const versions = new Map(
    measured.flatMap(({ results }) => results.map(({ contestant: { name, version } }) => [name, version])),
  );
  const parts = [
    `# Lanegrad beside its peers\n\n${machine}`,
    [...versions].map(([name, version]) => `${name} ${version}`).join(", ") + ".",
    absent.length > 0 ? `Not here: ${absent.join(", ")}.` : "",
    demandTable(measured, usualKind),
    "## Measurements",
    ...measured.filter((entry) => !isProduct(entry)).map(jobTable),
    squares.length > 0 ? productTable("Square products", squares) : "",
    others.length > 0 ? productTable("Products of the layers of these networks", others) : "",
    "\\* convnetjs and synaptic have no Adam: they train with stochastic gradient descent (synaptic after every row), and only that their loss falls is checked. convnetjs has two outputs for one sigmoid.",
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}
