// Compiles the kernels of this moment, together with the yardsticks, which are in none of the modules.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const RELAXED_FLAG = "--experimental-wasm-relaxed-simd";

/** The build that the command line asks for: "simd" or "relaxed-simd". */
export const build = process.argv[2] ?? "simd";

/** @returns every kernel and the yardsticks of the file, by name, over the memory */
export function compileKernels(yardsticks, memory) {
  const folder = mkdtempSync(join(tmpdir(), "lanegrad-"));
  const compiler = join(root, "node_modules", "assemblyscript", "bin", "asc.js");
  const output = join(folder, "bench.wasm");
  // The compiler adds the entries of asconfig.json, and with them every family of kernels.
  const options = [yardsticks, "assembly/mathArray.ts", "--target", build, "-o", output];
  try {
    const { status } = spawnSync(process.execPath, [compiler, ...options], { cwd: root, stdio: "inherit" });
    if (status !== 0) process.exit(1);
    const module = new WebAssembly.Module(readFileSync(output));
    return new WebAssembly.Instance(module, { env: { memory } }).exports;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs the benchmark, in a new process where Node has relaxed SIMD behind a flag only. */
export function runBenchmark(main) {
  const needsFlag = build === "relaxed-simd" && process.version.startsWith("v20.");
  if (!needsFlag || process.execArgv.includes(RELAXED_FLAG)) return main();
  const { status } = spawnSync(process.execPath, [RELAXED_FLAG, ...process.argv.slice(1)], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}
