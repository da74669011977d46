// How fast the matrix products are: GFLOP/s, and the share of what the registers alone can do.
//
//   node bench/products.js [simd|relaxed-simd]
import { align, percent, secondsOfCalls } from "./measure.js";
import { build, loadKernels, runBenchmark } from "./kernels.js";

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
  [64, 64, 64],
  [128, 128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [1024, 1024, 1024],
  [1, 25, 784],
  [1, 512, 784],
  [1, 784, 512],
  [2, 512, 784],
  [8, 512, 784],
];
const PRODUCTS = ["matMul", "matMulTransposedA", "matMulTransposedB"];

/** Short runs, and many: on a shared machine some will pass without an interruption. */
const RUNS = 25;

/** Steps of the yardstick in a call: enough that the call itself does not count. */
const STEPS = 10_000;

/** Kernels may read this many bytes beyond their operands. */
const SLACK = 64;

/** Width of a column of the report. */
const COLUMN = 23;

const gigaflops = (rate) => (rate / 1e9).toFixed(1);

function main() {
  const memory = new WebAssembly.Memory({ initial: 1024 });
  const kernels = loadKernels("assembly/peak.ts", memory);
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
    // The peak is measured anew for every shape, because the clock of a shared machine changes.
    const [secondsOfPeak, ...secondsOfProducts] = secondsOfCalls(
      [
        () => kernels.multiplyAddPeak(a, STEPS),
        ...PRODUCTS.map((name) => () => kernels[name](a, b, c, m, n, k, workspace)),
      ],
      RUNS,
    );
    const peak = (STEPS * kernels.operationsPerStep()) / secondsOfPeak;
    const cells = secondsOfProducts.map((seconds) => {
      const rate = (2 * m * n * k) / seconds;
      return `${gigaflops(rate)} = ${percent(rate / peak)}`;
    });
    console.log(
      [`${m} x ${n} x ${k}`, gigaflops(peak), ...cells].map((cell) => cell.padStart(COLUMN)).join(""),
    );
  }
}

runBenchmark(main);
