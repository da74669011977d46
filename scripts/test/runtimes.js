// npm run test:runtimes: the suite of test/runtimes on the packed package in every runtime, as a matrix.
// LANEGRAD_SKIP_RUNTIMES=webkit,bun leaves out what it names. Where CI is set it is not read, and a runtime that did
// not run is a failure. test/runtimes/README.md says more.
import { inCI, reportLeftOut } from "../support/leftOut.js";
import { begin, installBundlers, installRuntimes } from "../setup.js";

begin("npm run test:runtimes", "the suite of test/runtimes on the packed package in every runtime");
installRuntimes();
installBundlers();

// They import what was installed just now.
const { RUNTIMES } = await import("../../test/runtimes/runners/index.js");
const { prepare } = await import("../../test/runtimes/runners/prepare.js");
const { complaintOfOutcome, complaintOfSuite } = await import("../../test/runtimes/judge.js");

const ids = RUNTIMES.map(({ id }) => id);
const skipped = inCI ? [] : (process.env.LANEGRAD_SKIP_RUNTIMES ?? "").split(",").filter(Boolean);
const unknown = skipped.find((id) => !ids.includes(id));
if (unknown !== undefined) {
  console.error(`LANEGRAD_SKIP_RUNTIMES can name ${ids.join(", ")}. Received: ${unknown}`);
  process.exit(1);
}

let failures = 0;
let first;
const leftOut = [];

function print(runtime, where, buildName, coldStart, result) {
  const columns = [runtime.padEnd(26), where.padEnd(24), buildName.padEnd(13), coldStart.padEnd(12), result];
  console.log(columns.join(" "));
}

/** The beginning of each hash. */
function digests(hashes) {
  return Object.values(hashes)
    .map((hash) => hash.slice(0, 8))
    .join(" ");
}

/** One line of the matrix. */
function report({ runtime, where, build: buildName = "-", hasRelaxed, suite, coldStart, outcome, expected }) {
  if (suite !== undefined) first ??= suite;
  const wrong =
    suite === undefined
      ? complaintOfOutcome(outcome, expected)
      : complaintOfSuite(suite, { build: buildName, hasRelaxed }, first);
  const right =
    suite === undefined
      ? (expected?.code ?? "trains")
      : `${suite.tests.length} tests, weights ${digests(suite.hashes)}`;
  if (wrong !== undefined) failures++;
  const times = coldStart && [coldStart.firstPrediction, coldStart.empty].map(Math.round).join(" / ");
  print(runtime, where, buildName, times ?? "-", wrong === undefined ? `ok    ${right}` : `FAIL  ${wrong}`);
}

async function runIn({ id, title, missing, rows }, site) {
  const reason = skipped.includes(id) ? "as LANEGRAD_SKIP_RUNTIMES says" : missing();
  if (reason !== undefined) {
    leftOut.push(`${title} (${id}): ${reason}`);
    return;
  }
  try {
    for await (const row of rows(site)) report(row);
  } catch (error) {
    failures++;
    print(title, "-", "-", "-", `FAIL  ${error.stack}${error.stderr ?? ""}`);
  }
}

const site = await prepare();
console.log("Cold start: milliseconds to the first prediction / of an empty program, medians of 5.\n");
print("RUNTIME", "WHERE", "BUILD", "COLD START", "RESULT");
try {
  for (const runtime of RUNTIMES) await runIn(runtime, site);
} finally {
  site.remove();
}
if (leftOut.length === 0) console.log("\nNothing was left out.");
failures += reportLeftOut(leftOut);
if (failures > 0) console.log(`\n${failures} failed.`);
process.exit(failures === 0 ? 0 : 1);
