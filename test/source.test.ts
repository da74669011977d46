// What the linter cannot say about the sources.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL("../src", import.meta.url));

/** The code of a file without its comments and texts. */
function codeOf(source: string): string {
  return source.replace(/\/\*[^]*?\*\/|\/\/.*|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`/g, "");
}

const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".ts"),
);

test("no file uses **, whose last bit differs between engines", () => {
  expect(files.length).toBeGreaterThan(50);
  expect(codeOf("/** a ** b */ const c = a ** b; // **")).toContain("**");
  const using = files.filter((name) => codeOf(readFileSync(join(folder, name), "utf8")).includes("**"));
  expect(using).toEqual([]);
});
