// The programs in the documentation run, with the package as it is built.
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { rules } from "../src/models/contradictions.js";

const folder = new URL("../docs/", import.meta.url);
const built = new URL("../dist/index.js", import.meta.url).href;

interface Program {
  readonly title: string;
  readonly code: string;
  /** What follows js: "no-run" for what cannot run, "warns" for what is to print a warning. */
  readonly mark: string;
}

/** The blocks of a guide that are marked as JavaScript. */
function programsOf(name: string, text: string): Program[] {
  return Array.from(text.matchAll(/^```js(?: (.*))?\n([^]*?)^```$/gm), ([, mark = "", code], i) => ({
    title: `${name}, program ${i + 1}`,
    code,
    mark,
  }));
}

const programs = readdirSync(folder)
  .filter((name) => name.endsWith(".md"))
  .flatMap((name) => programsOf(name, readFileSync(new URL(name, folder), "utf8")));

/** Runs a program as a module; rejects if it throws. Returns what it wrote to the error stream. */
async function run(code: string): Promise<string> {
  const module = code.replaceAll('from "lanegrad"', `from ${JSON.stringify(built)}`);
  const { stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", module], {
    cwd: fileURLToPath(folder),
  });
  return stderr;
}

test("blocks are found with their marks", () => {
  expect(programsOf("a.md", "x\n```js\none\n```\n```ts\ntwo\n```\n```js no-run\nthree\n```\n")).toEqual([
    { title: "a.md, program 1", code: "one\n", mark: "" },
    { title: "a.md, program 2", code: "three\n", mark: "no-run" },
  ]);
  expect(programs.length).toBeGreaterThan(7);
  expect(programs.filter(({ mark }) => mark === "no-run")).toHaveLength(0);
});

test("a program that throws fails", async () => {
  await expect(run('import { layers } from "lanegrad";\nlayers.dense({ units: 0 });')).rejects.toThrow(
    /units must be a positive integer/,
  );
});

describe("programs", () => {
  test.each(programs.filter(({ mark }) => mark !== "no-run"))("$title", async ({ code, mark }) => {
    const errors = await run(code);
    if (mark === "warns") expect(errors).toMatch(/^Lanegrad: /);
    else expect(errors).toBe("");
  });
});

test("the guide prints the table of contradictions", () => {
  const guide = readFileSync(new URL("choosing-an-output-and-a-loss.md", folder), "utf8");
  const printed = guide
    .split("\n")
    .filter((line) => /^\| (error|warning) /.test(line))
    .map((line) => line.slice(2, -2).split(" | ").map((cell) => cell.trim())); // prettier-ignore
  expect(printed).toEqual(
    rules.map(({ severity, output, loss, why, instead }) => [severity, output, loss, why, instead]),
  );
});
