// Same seed, same bits: in this process, and in one of its own with the built package. The suite that
// npm run test:runtimes runs in every runtime, here on the sources; and what judges its reports.
import * as lanegrad from "lanegrad";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { complaintOfOutcome, complaintOfSuite } from "./runtimes/judge.js";
import { close, fails, same } from "./runtimes/suite/check.js";
import { runSuite } from "./runtimes/suite/index.js";
import { dense } from "./runtimes/trainings/dense.js";
import { TRAININGS } from "./runtimes/trainings/index.js";

const build = process.env.LANEGRAD_BUILD ?? "simd";
const needsFlag = build === "relaxed-simd" && Number(process.versions.node.split(".")[0]) < 22;
const built = new URL("../dist/index.js", import.meta.url);

describe("deterministic: true, in one process", () => {
  beforeAll(() => lanegrad.configure({ deterministic: true }));
  afterAll(() => lanegrad.configure({ deterministic: false }));

  test.each(TRAININGS)(
    "$name: two trainings have the recorded hash, whichever build ran before",
    async ({ train, recordedHash }) => {
      const recorded = { build: "simd", deterministic: true, hash: recordedHash };
      expect(await train(lanegrad)).toMatchObject(recorded);
      lanegrad.configure({ deterministic: false });
      expect(await train(lanegrad)).toMatchObject({ build, deterministic: false });
      lanegrad.configure({ deterministic: true });
      expect(await train(lanegrad)).toMatchObject(recorded);
    },
  );

  const resumable = TRAININGS.filter(({ trainInHalves }) => trainInHalves !== undefined);
  test.each(resumable)(
    "$name: saved, loaded and resumed has it too",
    async ({ trainInHalves, recordedHash }) => {
      expect(await trainInHalves?.(lanegrad)).toMatchObject({ build: "simd", hash: recordedHash });
    },
  );

  test.each(TRAININGS)(
    "$name: the loss falls, so that the weights hashed are trained ones",
    async ({ train }) => {
      const { losses } = await train(lanegrad);
      expect(losses.at(-1)).toBeLessThan(0.95 * Math.max(...losses));
    },
  );

  test("a learning rate that differs in the last bit of single precision gives another hash", async () => {
    const cosineDecay = (options: Parameters<typeof lanegrad.schedules.cosineDecay>[0]) =>
      lanegrad.schedules.cosineDecay({
        ...options,
        warmupTarget: Number(options.warmupTarget) * (1 + 2 ** -23),
      });
    const changed = { ...lanegrad, schedules: { ...lanegrad.schedules, cosineDecay } };
    const { hash } = await dense.train(changed);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hash).not.toBe(dense.recordedHash);
  });
});

test("a process of its own, with the built package, has the recorded hashes", () => {
  expect(existsSync(built), "the package must be built: npm run build").toBe(true);
  const program = `
    import * as lanegrad from ${JSON.stringify(built.href)};
    import { TRAININGS } from ${JSON.stringify(new URL("runtimes/trainings/index.js", import.meta.url).href)};
    lanegrad.configure({ deterministic: true });
    for (const { train } of TRAININGS) console.log((await train(lanegrad)).hash);`;
  const flags = needsFlag ? ["--experimental-wasm-relaxed-simd"] : [];
  const args = [...flags, "--input-type=module", "--eval", program];
  const hashes = execFileSync(process.execPath, args, { encoding: "utf8" }).trim().split("\n");
  expect(hashes).toEqual(TRAININGS.map(({ recordedHash }) => recordedHash));
});

describe("the suite of all runtimes", () => {
  test("passes on the sources", async () => {
    const { name: before } = lanegrad.backend();
    const report = await runSuite(lanegrad, build);
    expect(lanegrad.backend().name, "the suite leaves the build that it tested").toBe(before);
    expect(report.tests.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(complaintOfSuite(report, { build, hasRelaxed: build === "relaxed-simd" }, report)).toBeUndefined();
  });

  const recordedHashes = Object.fromEntries(TRAININGS.map(({ name, recordedHash }) => [name, recordedHash]));
  const good = {
    version: "1.2.3",
    build: "simd",
    defaultBuild: "relaxed-simd",
    tests: Array.from({ length: 50 }, (_, i) => ({
      name: `test ${i}`,
      error: undefined as string | undefined,
    })),
    hashes: recordedHashes,
    fileHash: "a",
  };
  const row = { build: "simd", hasRelaxed: true };
  const [someTest, ...otherTests] = good.tests;
  const bad: [string, Partial<typeof good>, RegExp][] = [
    [
      "a test failed",
      { tests: [{ ...someTest, error: "no" }, ...otherTests] },
      /1 of 50 tests failed.*test 0: no/s,
    ],
    ["no test ran", { tests: [] }, /only 0 tests/],
    ["a test is missing", { tests: otherTests }, /other tests/],
    ["another build ran", { build: "relaxed-simd" }, /the build was relaxed-simd/],
    ["relaxed SIMD was not found", { defaultBuild: "simd" }, /default is simd, not relaxed-simd/],
    [
      "other weights",
      { hashes: { ...recordedHashes, [dense.name]: "b" } },
      /dense layers: weights have the hash b/,
    ],
    ["an older package ran", { version: "1.2.2" }, /Lanegrad 1\.2\.2 ran/],
    ["other bytes in a file", { fileHash: "b" }, /other bytes: b, not a/],
  ];
  test("a good report has no complaint", () => expect(complaintOfSuite(good, row, good)).toBeUndefined());
  test.each(bad)("a complaint where %s", (_, change, complaint) => {
    expect(complaintOfSuite({ ...good, ...change }, row, good)).toMatch(complaint);
  });
});

describe("what became of a training where something is missing", () => {
  const expected = { code: "OUT_OF_MEMORY", says: /refused/ };
  const error = { trained: false, typed: true, code: "OUT_OF_MEMORY", message: "refused it" };

  test("what is expected has no complaint", () => {
    expect(complaintOfOutcome(error, expected)).toBeUndefined();
    expect(complaintOfOutcome({ trained: true }, undefined)).toBeUndefined();
  });

  test.each([
    ["it trained", { ...error, trained: true }, expected, /trained, where OUT_OF_MEMORY/],
    ["it did not train", error, undefined, /did not train: refused it/],
    ["an error of the engine came", { ...error, typed: false }, expected, /not a LanegradError/],
    ["another code came", { ...error, code: "BUSY" }, expected, /BUSY, not OUT_OF_MEMORY/],
    ["the message is no help", { ...error, message: "no" }, expected, /does not say/],
  ])("a complaint where %s", (_, outcome, wanted, complaint) => {
    expect(complaintOfOutcome(outcome, wanted)).toMatch(complaint);
  });
});

describe("the checks of the suite can fail", () => {
  const { LanegradError } = lanegrad;
  const expected = { of: LanegradError, code: "BUSY", says: /fit/ };

  test("same and close", () => {
    expect(() => same([0.1 + 0.2], [0.3], "sum")).toThrow(/sum: expected \[0\.3\]/);
    expect(() => close([1, NaN], [1, 2], 5, "list")).toThrow(/list, number 1/);
    expect(() => close([], [1], 5, "list")).toThrow(/expected 1 numbers, received 0/);
    expect(() => close([1], [1.1], 0.01, "list")).toThrow(/within 0\.01/);
  });

  test.each([
    ["no error", () => {}, /no error came/],
    ["another class", () => Promise.reject(new TypeError("fit")), /expected a LanegradError/],
    ["another code", () => Promise.reject(new LanegradError("INVALID_DATA", "fit")), /the code of "fit"/],
    ["another message", () => Promise.reject(new LanegradError("BUSY", "no")), /a message with/],
  ])("fails, with %s", async (_, call, complaint) => {
    await expect(fails(call, expected, "x")).rejects.toThrow(complaint);
  });
});
