// examples/deno in Deno: as it stands in the repository, and as in a project of a user's own.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { installPacked } from "../../scripts/support/packed.js";
import { root } from "../../scripts/setup.js";
import { denoCommand } from "../runtimes/runners/installed.js";

const TABLE = "examples/data/pima-diabetes.csv";

/** Runs Deno, which may not ask for a permission or load anything from elsewhere. */
function run(command, args, cwd) {
  const result = spawnSync(denoCommand, [...command, "--no-lock", "--no-remote", ...args], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { ...result, all: `${result.stdout}${result.stderr}` };
}

function checkReport({ status, stdout, stderr, all }) {
  assert.equal(status, 0, all);
  assert.equal(stderr, "");
  const accuracy = Number(/judges ([\d.]+) % rightly/.exec(stdout)[1]);
  // Calling everyone healthy would be right for 64.9 %.
  assert.ok(accuracy >= 70 && accuracy <= 85, `accuracy ${accuracy}`);
  const [healthy, sick] = Array.from(stdout.matchAll(/^ +[01] +(\d+) +(\d+)$/gm), ([, a, b]) => [+a, +b]);
  assert.equal(healthy[0] + healthy[1] + sick[0] + sick[1], 154);
  assert.equal(((100 * (healthy[0] + sick[1])) / 154).toFixed(1), accuracy.toFixed(1));
  assert.match(stdout, /^ +precision +recall +f1-score +support$/m);
}

const allowed = (table) => ["--no-prompt", `--allow-read=${table}`];

test("in the repository, with the permission to read its table", () => {
  checkReport(run(["run"], [...allowed(TABLE), "examples/deno/diabetes.ts"], root));
});

test("without it, Deno says what is missing", () => {
  const { status, stderr } = run(["run"], ["--no-prompt", "examples/deno/diabetes.ts"], root);
  assert.equal(status, 1);
  assert.match(stderr, /NotCapable: Requires read access/);
});

let project;
before(() => {
  project = installPacked();
  for (const folder of ["deno", "data"]) mkdirSync(join(project.folder, folder));
  cpSync(join(root, "examples", "deno", "diabetes.ts"), join(project.folder, "deno", "diabetes.ts"));
  cpSync(join(root, TABLE), join(project.folder, "data", "pima-diabetes.csv"));
  // As `deno add npm:lanegrad` writes it, but with the package that is already there.
  const config = { imports: { lanegrad: "npm:lanegrad" }, nodeModulesDir: "manual" };
  writeFileSync(join(project.folder, "deno.json"), JSON.stringify(config));
});
after(() => project.remove());

test("in a project of one's own, from npm:lanegrad", () => {
  checkReport(run(["run"], [...allowed("data/pima-diabetes.csv"), "deno/diabetes.ts"], project.folder));
});

test("its types hold there", () => {
  const { status, all } = run(["check"], ["deno/diabetes.ts"], project.folder);
  assert.equal(status, 0, all);
});
