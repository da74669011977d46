// Every test file runs in the build that the environment names.
import { backend, configure } from "lanegrad";
import type { BuildName } from "lanegrad";
import { beforeAll, expect } from "vitest";

const build = (process.env.LANEGRAD_BUILD ?? "simd") as BuildName;

beforeAll(() => {
  configure({ build });
  expect(backend().name).toBe(build);
});
