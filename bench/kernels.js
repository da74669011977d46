// How fast the matrix products are: GFLOP/s, and the share of what the registers alone can do.
//
//   node bench/kernels.js [simd|relaxed-simd]
//
// Compiles the kernels of this moment, together with the yardstick assembly/peak.ts.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const build = process.argv[2] ?? "simd";
const RELAXED_FLAG = "--experimental-wasm-relaxed-simd";

/** [rows of C, columns of C, depth]: layers of small networks, of an MNIST network, and squares. */
const SHAPES = [
  [32, 25, 784],
  [784, 25, 32],
  [32, 784, 25],
  [32, 15, 25],
  [25, 15, 32],
  [32, 25, 15],
  [32, 10, 15],
  [15, 10, 32],
  [32, 15, 10],
  [32, 16, 8],
  [32, 8, 16],
  [32, 1, 8],
  [8, 1, 32],
  [32, 8, 1],
  [128, 512, 784],
  [784, 512, 128],
  [128, 784, 512],
  [128, 512, 512],
  [512, 512, 128],
  [36, 24, 24],
  [128, 128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [1, 25, 784],
  [1, 512, 784],
  [1, 784, 512],
  [2, 512, 784],
  [8, 512, 784],
];
const PRODUCTS = ["matMul", "matMulTransposedA", "matMulTransposedB"];

/** Short runs, and many: on a shared machine some will pass without an interruption. */
const RUN_MILLISECONDS = 1;
const RUNS = 25;

/** Steps of the yardstick in a call: enough that the call itself does not count. */
const STEPS = 10_000;

/** Kernels may read this many bytes beyond their operands. */
const SLACK = 64;

/** Width of a column of the report. */
const COLUMN = 23;

const align = (address) => (address + 63) & ~63;
const gigaflops = (rate) => (rate / 1e9).toFixed(1);

function compile() {
  const folder = mkdtempSync(join(tmpdir(), "lanegrad-"));
  const compiler = join(root, "node_modules", "assemblyscript", "bin", "asc.js");
  const output = join(folder, "bench.wasm");
  const options = ["assembly/peak.ts", "--target", build, "-o", output];
  try {
    const { status } = spawnSync(process.execPath, [compiler, ...options], { cwd: root, stdio: "inherit" });
    if (status !== 0) process.exit(1);
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The best of several runs, in calls a second. */
function callsPerSecond(call) {
  let calls = 1;
  let best = 0;
  for (let run = 0; run < RUNS;) {
    const begin = performance.now();
    for (let i = 0; i < calls; i++) call();
    const milliseconds = performance.now() - begin;
    if (milliseconds < RUN_MILLISECONDS) {
      calls *= 2;
      continue;
    }
    best = Math.max(best, (calls / milliseconds) * 1000);
    run++;
  }
  return best;
}

function main() {
  const memory = new WebAssembly.Memory({ initial: 1024 });
  const kernels = new WebAssembly.Instance(new WebAssembly.Module(compile()), { env: { memory } }).exports;
  const floats = new Float32Array(memory.buffer);
  for (let i = 0; i < floats.length; i++) floats[i] = (i % 1021) / 1021 - 0.5;

  console.log(`${build}, node ${process.versions.node}: GFLOP/s, and the share of the multiply-add peak\n`);
  console.log(
    ["rows x columns x depth", "peak", "A.B", "At.B", "A.Bt"].map((head) => head.padStart(COLUMN)).join(""),
  );
  for (const [m, n, k] of SHAPES) {
    const workspace = 1024;
    const a = align(workspace + kernels.workspaceBytes());
    const b = align(a + 4 * m * k + SLACK);
    const c = align(b + 4 * k * n + SLACK);
    // Measured anew for every shape, because the clock of a shared machine changes.
    const peak =
      callsPerSecond(() => kernels.multiplyAddPeak(a, STEPS)) * STEPS * kernels.operationsPerStep();
    const cells = PRODUCTS.map((name) => {
      const product = kernels[name];
      const rate = callsPerSecond(() => product(a, b, c, m, n, k, workspace)) * 2 * m * n * k;
      return `${gigaflops(rate)} = ${((100 * rate) / peak).toFixed(0).padStart(3)} %`;
    });
    console.log(
      [`${m} x ${n} x ${k}`, gigaflops(peak), ...cells].map((cell) => cell.padStart(COLUMN)).join(""),
    );
  }
}

// Node 20 has relaxed SIMD behind a flag.
if (
  build === "relaxed-simd" &&
  process.version.startsWith("v20.") &&
  !process.execArgv.includes(RELAXED_FLAG)
) {
  const { status } = spawnSync(process.execPath, [RELAXED_FLAG, ...process.argv.slice(1)], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} else {
  main();
}
