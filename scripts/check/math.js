// Measures the vector functions of assembly/math.ts over every float32 input:
//
//   npm run check:math -- [simd | relaxed-simd] [stride = 1] [function ...]
//
// The error is |got - want| in ulp, where want is the float64 value of Math's function and one ulp is the
// distance between neighbouring float32 numbers at want rounded to float32 (2^-149 where that is
// subnormal; an infinite result counts as 2^128). So a correctly rounded result has at most 0.5 ulp.
// NaN must be answered by NaN, a zero by a zero of the same sign; anything else counts as Infinity ulp.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build as buildPackage, install } from "../setup.js";

const BUILDS = ["simd", "relaxed-simd"];
const RELAXED_FLAG = "--experimental-wasm-relaxed-simd";
const INPUTS = 2 ** 32;
const CHUNK = 2 ** 20;
const X = 0;
const Y = CHUNK * 4;

/** The functions by name, in float64. */
export const references = {
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  expm1: Math.expm1,
  log1p: Math.log1p,
};

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** The distance between neighbouring float32 numbers at x. */
export function ulp(x) {
  scratch[0] = Math.abs(x);
  const exponent = Math.min(scratchBits[0] >>> 23, 254);
  return 2 ** (Math.max(exponent, 1) - 127 - 23);
}

/** The error of `got` in ulp. */
export function ulpError(got, want) {
  if (Number.isNaN(want) || Number.isNaN(got)) return Number.isNaN(want) && Number.isNaN(got) ? 0 : Infinity;
  if (want === 0) return Object.is(got, want) ? 0 : Infinity;
  if (got === want) return 0;
  const limit = 2 ** 128;
  const finite = (x) => Math.max(-limit, Math.min(limit, x));
  return Math.abs(finite(got) - finite(want)) / ulp(want);
}

function modulePath(build) {
  return new URL(`../../.build/mathArray.${build}.wasm`, import.meta.url);
}

function load(build) {
  const memory = new WebAssembly.Memory({ initial: (2 * CHUNK * 4) / 65536 });
  const module = new WebAssembly.Module(readFileSync(modulePath(build)));
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
  return { kernels, memory };
}

/** The largest error of one function over every stride-th input, and where it is. */
function measure({ kernels, memory }, name, stride) {
  const reference = references[name];
  const inputs = new Uint32Array(memory.buffer, X, CHUNK);
  const x = new Float32Array(memory.buffer, X, CHUNK);
  const y = new Float32Array(memory.buffer, Y, CHUNK);
  const worst = { ulp: 0, x: NaN, got: NaN, want: NaN };
  for (let start = 0; start < INPUTS; start += CHUNK * stride) {
    for (let i = 0; i < CHUNK; i++) inputs[i] = start + i * stride;
    kernels[`${name}Array`](X, Y, CHUNK);
    for (let i = 0; i < CHUNK; i++) {
      const want = reference(x[i]);
      if (Math.fround(want) === y[i] && want !== 0) continue; // correctly rounded, as most are
      const error = ulpError(y[i], want);
      if (error > worst.ulp) Object.assign(worst, { ulp: error, x: x[i], got: y[i], want });
    }
  }
  return worst;
}

/** Refuses arguments that are none of those above. */
function checkArguments(build, stride, names) {
  const wrong = [
    BUILDS.includes(build) ? undefined : build,
    /^[1-9]\d*$/.test(stride) ? undefined : stride,
    ...names.filter((name) => !Object.hasOwn(references, name)),
  ].find((argument) => argument !== undefined);
  if (wrong === undefined) return;
  const functions = Object.keys(references).join(", ");
  console.error(
    `npm run check:math takes a build (${BUILDS.join(" or ")}), a stride and functions of ${functions}. Received: ${wrong}`,
  );
  process.exit(1);
}

function main([build = "simd", stride = "1", ...names]) {
  checkArguments(build, stride, names);
  install();
  buildPackage();
  const needsFlag = !WebAssembly.validate(readFileSync(modulePath(build)));
  if (needsFlag && !process.execArgv.includes(RELAXED_FLAG)) {
    const args = [RELAXED_FLAG, fileURLToPath(import.meta.url), build, stride, ...names];
    process.exit(spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1);
  }
  const loaded = load(build);
  console.log(`${build}, every ${stride === "1" ? "" : `${stride}th `}float32 input`);
  for (const name of names.length > 0 ? names : Object.keys(references)) {
    const { ulp, x, got, want } = measure(loaded, name, Number(stride));
    console.log(`${name.padEnd(8)} max ${ulp.toFixed(3)} ulp at x = ${x}: got ${got}, want ${want}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
