// npm run test:golden: runs the golden cases in both builds of the kernels.
//
// GOLDEN_DIR names another folder of cases; their data sets are in ../data beside it or, where they are
// not, in examples/data.
import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { begin, root } from "../setup.js";

const BUILDS = ["simd", "relaxed-simd"];

const goldenFolder = process.env.GOLDEN_DIR ? resolve(process.env.GOLDEN_DIR) : join(root, "test", "golden");
const dataFolders = [join(goldenFolder, "..", "data"), join(root, "examples", "data")];
const namesMissing = new Set();

/** Runs all files in one build; resolves to what was counted. */
function runBuild(name) {
  // Node 20 has relaxed SIMD behind a flag.
  const needsFlag = name === "relaxed-simd" && Number(process.versions.node.split(".")[0]) < 22;
  const worker = fork(
    join(root, "scripts", "test", "golden", "worker.js"),
    [name, goldenFolder, ...dataFolders],
    {
      execArgv: needsFlag ? ["--experimental-wasm-relaxed-simd"] : [],
    },
  );
  const total = { passed: 0, failed: 0 };
  worker.on("message", ({ file, results }) => {
    const { passed, failed } = report(file, name, results);
    total.passed += passed;
    total.failed += failed;
  });
  return new Promise((done) => {
    worker.on("exit", (status) => {
      if (status !== 0) {
        console.log(`The run of the build ${name} broke off.`);
        total.failed++;
      }
      done(total);
    });
  });
}

/** Prints the line of a file and what failed in it. */
function report(file, buildName, results) {
  const failed = results.filter(({ failures }) => failures?.length > 0);
  const missing = results.filter((result) => result.missing !== undefined);
  const passed = results.length - failed.length - missing.length;
  const counts = [
    column(passed, "passed"),
    column(failed.length, "failed"),
    column(missing.length, "missing a part"),
  ];
  console.log(`${file.padEnd(13)} ${buildName.padEnd(13)}${counts.join("")}`);
  for (const { name, failures } of failed)
    console.log(`    ${name}: ${failures.slice(0, 3).join("\n        ")}`);
  for (const result of missing) for (const name of result.missing.split(", ")) namesMissing.add(name);
  return { passed, failed: failed.length + missing.length };
}

function column(number, what) {
  return `${String(number).padStart(5)} ${what}`;
}

if (!existsSync(goldenFolder)) {
  console.error(
    `GOLDEN_DIR must be a folder of golden cases. Received: GOLDEN_DIR=${process.env.GOLDEN_DIR}`,
  );
  process.exit(1);
}
begin("npm run test:golden", `the golden cases of ${goldenFolder} in both builds of the kernels`);
let passed = 0;
let failed = 0;
for (const name of BUILDS) {
  const total = await runBuild(name);
  passed += total.passed;
  failed += total.failed;
}
if (passed + failed === 0) {
  console.log(`There are no cases in ${goldenFolder}.`);
  failed++;
}
if (namesMissing.size > 0) console.log(`The package lacks: ${[...namesMissing].sort().join(", ")}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
