// How fast the kernels are that wait for memory: GB/s of the traffic that each cannot do without
// (streamKernels.js says what is counted), beside a copy of as many bytes in the same run; kernels that only read
// also beside a loop that only reads. A kernel that walks several runs of memory at the same time can be ahead of
// the copy, which goes in order. One that only writes, by stores, cannot: processors read each line before they write
// it, and that is not counted, here one of two and in the copy one of three: three quarters are all there is. Of long
// runs fill leaves all but the beginning to the engine's copy, which need not read first, and so can pass that.
//
//   node bench/bandwidth.js [simd|relaxed-simd] [name]
//
// Two sizes: out of cache, and in the second-level cache, where the weights and batches of small networks are.
import { STREAM_KERNELS } from "./streamKernels.js";
import { build, loadKernels, runBenchmark } from "./kernels.js";
import { align, percent, secondsOfCalls } from "./measure.js";

const PAGE_BYTES = 65536;
const MEGABYTE = 2 ** 20;
const RUNS = 7;

/** What a call reads and writes in all. The first is more than the caches hold for one core; see copies below. */
const FOOTPRINTS = [256 * MEGABYTE, MEGABYTE / 4];
/** Footprints of the copies that show where the caches end. */
const COPIES = [1, 8, 64, 256].map((size) => size * MEGABYTE);

/** Where the table of weights lies. */
const TABLE = PAGE_BYTES / 2;
/** Where the vectors lie, how many of each there are, and where the tensors begin. */
const VECTORS = PAGE_BYTES;
const VECTOR_BYTES = 32768;
const LONG_VECTORS = VECTORS + 8 * VECTOR_BYTES;
const LONG_BYTES = MEGABYTE;
const ORDER = LONG_VECTORS + 3 * LONG_BYTES;
const TENSORS = 16 * MEGABYTE;
/** Tensors whose addresses differ by a multiple of a page would share lines of the cache. */
const STAGGER_BYTES = 320;

/** Counts are multiples of this many floats where there is room: of all rows in streamKernels.js. */
const WHOLE_FLOATS = 65536;

const vectors = {
  at: (i) => VECTORS + i * VECTOR_BYTES,
  long: (i) => LONG_VECTORS + i * LONG_BYTES,
  order: ORDER,
  table: TABLE,
};
const show = (value, width) => String(value).padStart(width);

/** Positive numbers of the usual size everywhere, and row numbers in order. */
function fillMemory(memory) {
  const floats = new Float32Array(memory.buffer);
  const pattern = Float32Array.from({ length: 1 << 16 }, (_, i) => (i % 1021) / 1021 + 0.1);
  for (let i = 0; i < floats.length; i += pattern.length) floats.set(pattern, i);
  const order = new Uint32Array(memory.buffer, ORDER, (TENSORS - ORDER) / 4);
  for (let i = 0; i < order.length; i++) order[i] = i;
}

function copyOf(kernels, bytes, name = "copyVectors") {
  const half = Math.floor(bytes / 128) * 64;
  return () => kernels[name](TENSORS + half, TENSORS, half);
}

function reportCopies(kernels) {
  console.log("copy, GB/s read and written, by footprint: vectors, and the engine's memory.copy");
  for (const bytes of COPIES) {
    const seconds = secondsOfCalls([copyOf(kernels, bytes), copyOf(kernels, bytes, "copyMemory")], RUNS);
    const rates = seconds.map((time) => show((bytes / time / 1e9).toFixed(1), 8));
    console.log(show(`${bytes / MEGABYTE} MB`, 12), ...rates);
  }
}

function readOf(kernels, bytes) {
  const multiple = bytes & ~63;
  return () => kernels.readVectors(TENSORS, multiple);
}

function reportKernel(kernels, memory, { name, tensors, traffic, run, least, isReadOnly }, footprint) {
  const most = Math.floor(footprint / 4 / tensors);
  const unit = most >= WHOLE_FLOATS ? WHOLE_FLOATS : 512;
  const count = Math.floor(most / unit) * unit;
  if (count < least) return;
  const addresses = Array.from({ length: tensors }, (_, i) =>
    align(TENSORS + i * (4 * count + STAGGER_BYTES)),
  );
  const [weight, gradient, ...remembered] = addresses;
  new Uint32Array(memory.buffer, TABLE).set([weight, gradient ?? 0, count, ...remembered]);
  const bytes = 4 * count * tensors;
  const calls = [copyOf(kernels, bytes), () => run(kernels, addresses, count, vectors)];
  if (isReadOnly) calls.push(readOf(kernels, bytes));
  const [copySeconds, seconds, readSeconds] = secondsOfCalls(calls, RUNS);
  const rate = (4 * count * traffic) / seconds;
  const copyRate = bytes / copySeconds;
  console.log(
    name.padEnd(28),
    show((copyRate / 1e9).toFixed(1), 8),
    show((rate / 1e9).toFixed(1), 8),
    show(percent(rate / copyRate), 8),
    show((seconds * 1e6).toFixed(2), 12),
    show(isReadOnly ? percent((rate * readSeconds) / bytes) : "", 10),
  );
}

function main() {
  const memory = new WebAssembly.Memory({ initial: (TENSORS + FOOTPRINTS[0]) / PAGE_BYTES + 16 });
  const kernels = loadKernels("assembly/yardsticks.ts", memory);
  const wanted = process.argv[3] ?? "";
  fillMemory(memory);
  console.log(`${build}, node ${process.versions.node}`);
  reportCopies(kernels);
  for (const footprint of FOOTPRINTS) {
    console.log(
      `\n${footprint / MEGABYTE} MB in all; GB/s of the necessary traffic, and the share of the copy's`,
    );
    console.log(
      "kernel".padEnd(28),
      show("copy", 8),
      show("kernel", 8),
      show("share", 8),
      show("us a call", 12),
      show("of a read", 10),
    );
    for (const kernel of STREAM_KERNELS) {
      if (!kernel.name.includes(wanted)) continue;
      fillMemory(memory);
      reportKernel(kernels, memory, kernel, footprint);
    }
  }
}

runBenchmark(main);
