import { defineConfig } from "vitest/config";

/** Which of the two builds of the kernels this run tests. */
const build = process.env.LANEGRAD_BUILD ?? "simd";

// Node 20 has relaxed SIMD behind a flag; from Node 22 on it is there, and the flag is gone or idle.
const needsFlag = build === "relaxed-simd" && Number(process.versions.node.split(".")[0]) < 22;

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    pool: "forks",
    execArgv: ["--expose-gc", ...(needsFlag ? ["--experimental-wasm-relaxed-simd"] : [])],
    env: { LANEGRAD_BUILD: build },
    testTimeout: 60_000,
  },
  resolve: {
    alias: {
      "lanegrad/files": new URL("src/files.ts", import.meta.url).pathname,
      lanegrad: new URL("src/index.ts", import.meta.url).pathname,
    },
  },
});
