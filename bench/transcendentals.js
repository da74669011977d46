// How fast the kernels with exponentials and logarithms are: nanoseconds for four elements in the first-level
// cache, beside the same function of numbers that are in registers (assembly/yardsticks.ts).
// Shares above 100 % are kernels whose constants V8 keeps, where it makes them anew in the yardstick's loop.
//
//   node bench/transcendentals.js [simd|relaxed-simd]
import { build, loadKernels, runBenchmark } from "./kernels.js";
import { percent, secondsOfCalls } from "./measure.js";

const RUNS = 25;
/** 8 KB a tensor: two or three of them are in the first-level cache together. */
const COUNT = 2048;
const VECTORS = COUNT / 4;
const [X, Y, DY] = [65536, 65536 + 4 * COUNT + 320, 65536 + 8 * COUNT + 640];
/** A table of weights (assembly/optimizer.ts) of one row. */
const TABLE = 32768;
const WEIGHT = [X, Y, COUNT, DY, DY + 4 * COUNT + 320];

const mapping = (name) => (k) => k[name](X, Y, COUNT);
const activation = (kind) => (k) => k.activationForward(kind, X, Y, COUNT, 1);
const rare = (kind) => (k) => k.rareActivationForward(kind, X, Y, COUNT, 0, 0, 0);
const rareGradient = (kind) => (k) => k.rareActivationBackward(kind, X, DY, Y, COUNT, 0, 0, 0);
const gradient = (kind) => (k) => k.activationBackward(kind, X, X, DY, Y, COUNT, 1);

/** [name, yardstick in assembly/yardsticks.ts, call of the kernel]; activations by their kinds. */
const FUNCTIONS = [
  ["exp", "exp", mapping("expArray")],
  ["log", "log", mapping("logArray")],
  ["expm1", "expm1", mapping("expm1Array")],
  ["log1p", "log1p", mapping("log1pArray")],
  ["tanh", "tanh", activation(4)],
  ["sigmoid", "sigmoid", activation(3)],
  ["elu", "elu", activation(6)],
  ["selu", "selu", activation(7)],
  ["softplus", "softplus", rare(16)],
  ["gelu", "gelu", rare(13)],
  ["gelu, approximate", "geluTanh", rare(14)],
  ["silu", "silu", rare(15)],
  ["mish", "mish", rare(17)],
  ["elu, gradient", "eluGradient", gradient(6)],
  ["selu, gradient", "seluGradient", gradient(7)],
  ["softplus, gradient", "softplusGradient", rareGradient(16)],
  ["gelu, gradient", "geluGradient", rareGradient(13)],
  ["gelu, approximate, gradient", "geluTanhGradient", rareGradient(14)],
  ["silu, gradient", "siluGradient", rareGradient(15)],
  ["mish, gradient", "mishGradient", rareGradient(17)],
  // One root and one quotient: what Adam cannot do without.
  ["adam (root and quotient)", "rootAndQuotient", (k) => k.adam(TABLE, 1, 1e-9, 0.9, 0.999, 1e-7, 1e4, 0)],
];

function main() {
  const memory = new WebAssembly.Memory({ initial: 16 });
  const kernels = loadKernels("assembly/yardsticks.ts", memory);
  const floats = new Float32Array(memory.buffer);
  console.log(`${build}, node ${process.versions.node}: ns for four elements`);
  console.log("".padEnd(28), "registers".padStart(10), "kernel".padStart(10), "share".padStart(8));
  for (const [name, yardstick, call] of FUNCTIONS) {
    // Anew for each: what kernels leave may be too small for the usual speed.
    for (let i = 0; i < floats.length; i++) floats[i] = (i % 1021) / 1021 + 0.1;
    new Uint32Array(memory.buffer, TABLE).set(WEIGHT);
    const times = secondsOfCalls(
      [() => kernels[`${yardstick}InRegisters`](VECTORS), () => call(kernels)],
      RUNS,
    ).map((seconds) => (seconds * 1e9) / VECTORS);
    const cells = times.map((time) => time.toFixed(2).padStart(10));
    console.log(name.padEnd(28), ...cells, percent(times[0] / times[1]).padStart(8));
  }
}

runBenchmark(main);
