import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";

const build = process.env.LANEGRAD_BUILD ?? "simd";
const script = fileURLToPath(new URL("promises.js", import.meta.url));
const lanegrad = fileURLToPath(new URL("../../dist/node/index.mjs", import.meta.url));
const needsFlag = build === "relaxed-simd" && Number(process.versions.node.split(".")[0]) < 22;

/** Runs one promise in a process of its own, on the built package. */
function run(name: string): Record<string, number | string | boolean> {
  const flags = ["--expose-gc", ...(needsFlag ? ["--experimental-wasm-relaxed-simd"] : [])];
  const output = execFileSync(process.execPath, [...flags, script, name, lanegrad], { encoding: "utf8" });
  const result = JSON.parse(output);
  expect(result.build).toBe(build);
  return result;
}

beforeAll(() => expect(existsSync(lanegrad), "the package must be built: npm run build").toBe(true));

describe("memory", () => {
  test("10,000 models dropped in a synchronous loop: under 256 MB linear, 400 MB resident", () => {
    const { linear, resident } = run("dropped");
    expect(linear).toBeLessThanOrEqual(256);
    expect(resident).toBeLessThan(400);
  });

  test("10,000 models dropped after await fit: under 256 MB linear, 400 MB resident", () => {
    const { linear, resident } = run("droppedThroughFit");
    expect(linear).toBeLessThanOrEqual(256);
    expect(resident).toBeLessThan(400);
  });

  test("a model moved out and in again trains on with the same bits", () => {
    expect(run("movedOut")).toMatchObject({ disposed: true, pushed: true });
  });

  test("100,000 steps: the heap differs by under 256 KB, linear memory by nothing", () => {
    const { heapBytes, linearBytes } = run("steps");
    expect(Math.abs(Number(heapBytes))).toBeLessThan(256 * 1024);
    expect(linearBytes).toBe(0);
  });
});
