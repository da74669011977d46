// Same seed, same bits: in this process, and in one of its own with the built package. Other runtimes follow in
// npm run test:runtimes.
import * as lanegrad from "lanegrad";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RECORDED_HASH, train, trainInHalves } from "./runtimes/training.js";

const build = process.env.LANEGRAD_BUILD ?? "simd";
const needsFlag = build === "relaxed-simd" && Number(process.versions.node.split(".")[0]) < 22;
const program = fileURLToPath(new URL("runtimes/program.js", import.meta.url));
const built = fileURLToPath(new URL("../dist/index.js", import.meta.url));

describe("deterministic: true, in one process", () => {
  beforeAll(() => lanegrad.configure({ deterministic: true }));
  afterAll(() => lanegrad.configure({ deterministic: false }));

  test("two trainings have the recorded hash, whichever build ran before", async () => {
    const recorded = { build: "simd", deterministic: true, hash: RECORDED_HASH };
    expect(await train(lanegrad)).toMatchObject(recorded);
    lanegrad.configure({ deterministic: false });
    expect(await train(lanegrad)).toMatchObject({ build, deterministic: false });
    lanegrad.configure({ deterministic: true });
    expect(await train(lanegrad)).toMatchObject(recorded);
  });

  test("a training saved, loaded and resumed has it too", async () => {
    expect(await trainInHalves(lanegrad)).toMatchObject({ build: "simd", hash: RECORDED_HASH });
  });

  test("the loss falls, so that the weights hashed are trained ones", async () => {
    const { losses } = await train(lanegrad);
    expect(losses).toHaveLength(10);
    expect(losses.at(-1)).toBeLessThan(0.9 * losses[0]);
  });

  test("a learning rate that differs in the last bit of single precision gives another hash", async () => {
    const cosineDecay = (options: Parameters<typeof lanegrad.schedules.cosineDecay>[0]) =>
      lanegrad.schedules.cosineDecay({
        ...options,
        warmupTarget: Number(options.warmupTarget) * (1 + 2 ** -23),
      });
    const changed = { ...lanegrad, schedules: { ...lanegrad.schedules, cosineDecay } };
    const { hash } = await train(changed);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hash).not.toBe(RECORDED_HASH);
  });
});

test("a process of its own, with the built package, has the recorded hash", () => {
  expect(existsSync(built), "the package must be built: npm run build").toBe(true);
  const flags = needsFlag ? ["--experimental-wasm-relaxed-simd"] : [];
  const output = execFileSync(process.execPath, [...flags, program], { encoding: "utf8" });
  const { runtime, runs } = JSON.parse(output);
  expect(runtime).toBe(`Node ${process.versions.node}`);
  expect(runs.map((run: { deterministic: boolean }) => run.deterministic)).toEqual([true, false, true, true]);
  for (const run of runs) {
    if (run.deterministic) expect(run).toMatchObject({ build: "simd", hash: RECORDED_HASH });
    else if (build === "relaxed-simd") expect(run.build).toBe("relaxed-simd");
    expect(run.losses.every(Number.isFinite), run.what).toBe(true);
  }
});
