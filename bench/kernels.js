// The kernels as the package has them, together with the yardsticks, which are in none of the modules.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build as buildPackage, root } from "../scripts/setup.js";

const RELAXED_FLAG = "--experimental-wasm-relaxed-simd";

/** The build that the command line asks for: "simd" or "relaxed-simd". */
export const build = process.argv[2] ?? "simd";

/** The bytes of a file of yardsticks; for the plain build too they are what the compiler makes. */
function compileYardsticks(yardsticks) {
  const folder = mkdtempSync(join(tmpdir(), "lanegrad-"));
  const compiler = join(root, "node_modules", "assemblyscript", "bin", "asc.js");
  const output = join(folder, "yardsticks.wasm");
  // The configuration that the build of the kernels leaves: that of the package would add every family of kernels.
  const options = [yardsticks, "--config", ".build/asconfig.json", "--target", build, "-o", output];
  try {
    const { status } = spawnSync(process.execPath, [compiler, ...options], { cwd: root, stdio: "inherit" });
    if (status !== 0) process.exit(1);
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The modules of all families, and of the functions over arrays. */
function shippedKernels() {
  buildPackage();
  const { entries } = JSON.parse(readFileSync(join(root, "asconfig.json"), "utf8"));
  const families = entries.map((entry) => entry.replace(/^assembly\/|\.ts$/g, ""));
  const paths = [...families.map((family) => `dist/kernels/${family}`), ".build/mathArray"];
  return paths.map((path) => readFileSync(join(root, `${path}.${build}.wasm`)));
}

/** @returns every kernel and the yardsticks of the file, by name, over the memory; builds them if they are out of date */
export function loadKernels(yardsticks, memory) {
  const modules = [...shippedKernels(), compileYardsticks(yardsticks)];
  const instances = modules.map(
    (bytes) => new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }),
  );
  return Object.assign({}, ...instances.map(({ exports }) => exports));
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
