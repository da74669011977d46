// How fast the kernels with exponentials and logarithms are: nanoseconds for four elements in the first-level
// cache, beside the same function of numbers that are in registers (assembly/yardsticks.ts).
//
//   node bench/transcendentals.js [simd|relaxed-simd]
import { build, compileKernels, runBenchmark } from "./compileKernels.js";
import { percent, secondsOfCalls } from "./measure.js";

const RUNS = 25;
/** 8 KB a tensor: two or three of them are in the first-level cache together. */
const COUNT = 2048;
const VECTORS = COUNT / 4;
/** Added to a kind of assembly/yardsticks.ts: its gradient. */
const GRADIENT = 32;

const [X, Y, DY] = [65536, 65536 + 4 * COUNT + 320, 65536 + 8 * COUNT + 640];

const mapping = (name) => (k) => k[name](X, Y, COUNT);
const activation = (kind) => (k) => k.activationForward(kind, X, Y, COUNT, 1);
const gradient = (kind) => (k) => k.activationBackward(kind, X, X, DY, Y, COUNT, 1);

/** [name, kind in assembly/yardsticks.ts, call of the kernel]; activations by their kind in activation.ts. */
const FUNCTIONS = [
  ["exp", 0, mapping("expArray")],
  ["log", 1, mapping("logArray")],
  ["expm1", 2, mapping("expm1Array")],
  ["log1p", 3, mapping("log1pArray")],
  ["tanh", 4, activation(4)],
  ["sigmoid", 5, activation(3)],
  ["elu", 6, activation(6)],
  ["selu", 7, activation(7)],
  ["softplus", 8, activation(8)],
  ["gelu", 9, activation(10)],
  ["gelu, approximate", 10, activation(11)],
  ["silu", 11, activation(12)],
  ["mish", 12, activation(13)],
  ["elu, gradient", 6 + GRADIENT, gradient(6)],
  ["selu, gradient", 7 + GRADIENT, gradient(7)],
  ["softplus, gradient", 8 + GRADIENT, gradient(8)],
  ["gelu, gradient", 9 + GRADIENT, gradient(10)],
  ["gelu, approximate, gradient", 10 + GRADIENT, gradient(11)],
  ["silu, gradient", 11 + GRADIENT, gradient(12)],
  ["mish, gradient", 12 + GRADIENT, gradient(13)],
  // One root and one quotient: what Adam cannot do without.
  [
    "adam (root and quotient)",
    13,
    (k) => k.adam(X, Y, DY, DY + 4 * COUNT + 320, 0, COUNT, 1e-9, 0.1, 0.001, 1e-7),
  ],
];

function main() {
  const memory = new WebAssembly.Memory({ initial: 16 });
  const kernels = compileKernels("assembly/yardsticks.ts", memory);
  const floats = new Float32Array(memory.buffer);
  for (let i = 0; i < floats.length; i++) floats[i] = (i % 1021) / 1021 + 0.1;
  console.log(`${build}, node ${process.versions.node}: ns for four elements`);
  console.log("".padEnd(28), "registers".padStart(10), "kernel".padStart(10), "share".padStart(8));
  for (const [name, kind, call] of FUNCTIONS) {
    const times = secondsOfCalls(
      [() => kernels.evaluateInRegisters(kind, VECTORS), () => call(kernels)],
      RUNS,
    ).map((seconds) => (seconds * 1e9) / VECTORS);
    const cells = times.map((time) => time.toFixed(2).padStart(10));
    console.log(name.padEnd(28), ...cells, percent(times[0] / times[1]).padStart(8));
  }
}

runBenchmark(main);
