// The programs in the documentation run, with the package as it is built.
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { bundled, runModule } from "./support/bundle.js";
import { rules } from "../src/models/contradictions.js";

const folder = new URL("../docs/", import.meta.url);
const built = new URL("../dist/node/index.mjs", import.meta.url).href;

interface Program {
  readonly title: string;
  readonly code: string;
  /**
   * What follows js: "no-run" for what cannot run, "warns" for what is to print a warning, "bundled" for what a bundler
   * must have seen, "edge" for what runs where nothing can be compiled, and answers a request if it exports something.
   */
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

/** What a program for the edge is sent. */
const REQUEST = `
const request = new Request("https://example.org/", { method: "POST", body: "[[5.1, 3.5, 1.4, 0.2]]" });
const response = await worker.fetch(request);
const [row] = await response.json();
if (!(Math.abs(row.reduce((a, b) => a + b) - 1) < 1e-6)) throw new Error(JSON.stringify(row));`;

/** Runs a program as its mark says; rejects if it throws. Returns what it wrote to the error stream. */
async function runAs(mark: string, code: string): Promise<string> {
  if (mark !== "edge" && mark !== "bundled") return run(code);
  const answering = code.includes("export default")
    ? code.replace("export default", "const worker =") + REQUEST
    : code;
  // A bundler's import of .wasm files is what runtimes call an import of their source.
  const program = answering.replace("import source ", "import ");
  const { stderr } = await runModule(await bundled(program, mark === "edge" ? ["workerd"] : undefined));
  return stderr;
}

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
    const errors = await runAs(mark, code);
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
