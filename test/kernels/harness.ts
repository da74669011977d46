// Runs a kernel on its own: buffers with guard bytes around them, in a memory of the test's own.
import { readFileSync } from "node:fs";
import { expect } from "vitest";

type Kernel = (...args: number[]) => number;

/** The build under test, "simd" or "relaxed-simd". */
export const build = process.env.LANEGRAD_BUILD ?? "simd";

const memory = new WebAssembly.Memory({ initial: 1024 });

/** The families of kernels: each a module of its own. */
export const families = (
  JSON.parse(readFileSync(new URL("../../asconfig.json", import.meta.url), "utf8")) as { entries: string[] }
).entries.map((entry) => entry.replace(/^assembly\/|\.ts$/g, ""));

/** The bytes of the module of a family. */
export function bytesOf(family: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`../../dist/kernels/${family}.${build}.wasm`, import.meta.url)));
}

const mathArray = new URL(`../../.build/mathArray.${build}.wasm`, import.meta.url);

/** Every kernel of every family and the functions of mathArray.ts, by name, over one memory as in the library. */
export const kernels = Object.assign(
  {},
  ...[...families.map(bytesOf), new Uint8Array(readFileSync(mathArray))].map(
    (bytes) => new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports,
  ),
) as Record<string, Kernel>;

const GUARD_BYTES = 64;
const GUARD = 0xa5;
let top = 1024;

/** A float32 tensor in linear memory with guard bytes before and after it. */
export class Buffer32 {
  readonly pointer: number;
  readonly length: number;

  constructor(values: ArrayLike<number> | number) {
    this.length = typeof values === "number" ? values : values.length;
    this.pointer = top + GUARD_BYTES;
    top = (this.pointer + this.length * 4 + GUARD_BYTES + 15) & ~15;
    if (top > memory.buffer.byteLength)
      throw new Error("harness: out of memory; call freeAll() between tests");
    new Uint8Array(memory.buffer, this.pointer - GUARD_BYTES, this.length * 4 + 2 * GUARD_BYTES).fill(GUARD);
    if (typeof values !== "number") this.values.set(values);
  }

  /** A view; writes go to linear memory. */
  get values(): Float32Array {
    return new Float32Array(memory.buffer, this.pointer, this.length);
  }

  /** The same bytes as unsigned integers. */
  get words(): Uint32Array {
    return new Uint32Array(memory.buffer, this.pointer, this.length);
  }

  /** Fails if a byte next to the tensor was written. */
  checkGuards(): void {
    const before = new Uint8Array(memory.buffer, this.pointer - GUARD_BYTES, GUARD_BYTES);
    const after = new Uint8Array(memory.buffer, this.pointer + this.length * 4, GUARD_BYTES);
    expect(
      before.every((byte) => byte === GUARD),
      "bytes before the buffer",
    ).toBe(true);
    expect(
      after.every((byte) => byte === GUARD),
      "bytes after the buffer",
    ).toBe(true);
  }
}

/**
 * A table of weights, as `assembly/optimizer.ts` wants it: a row for each, of the weight, its gradient and up to three
 * arrays that are remembered for it.
 */
export function tableOf(...rows: (readonly Buffer32[])[]): number {
  const words = rows.flatMap(([w, g, ...remembered]) =>
    [w.pointer, g.pointer, w.length, ...remembered.map(({ pointer }) => pointer), 0, 0, 0].slice(0, 6),
  );
  const table = new Buffer32(words.length);
  table.words.set(words);
  return table.pointer;
}

/** Room for the float64 totals of columns that the kernels of normalisations work in. */
export function columnTotals(columns: number): Buffer32 {
  return new Buffer32(16 * Math.ceil(columns / 4));
}

/** Forgets every buffer. */
export function freeAll(): void {
  top = 1024;
}

/** Distinct pseudo-random values in [offset - scale, offset + scale): Mulberry32, as in the golden cases. */
export function distinct(length: number, seed: number, scale = 1, offset = 0): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z = (z + Math.imul(z ^ (z >>> 7), z | 61)) ^ z;
    return offset + scale * ((((z ^ (z >>> 14)) >>> 8) - 2 ** 23) / 2 ** 23);
  });
}

/** Fails at the first element with |got - want| > bound(i) (or another kind of number). */
export function expectWithin(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  bound: (index: number) => number,
): void {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++) {
    const same = got[i] === want[i] || (Number.isNaN(got[i]) && Number.isNaN(want[i]));
    if (!same && !(Math.abs(got[i] - want[i]) <= bound(i))) {
      expect.fail(
        `element ${i}: got ${got[i]}, want ${want[i]}, off by ${got[i] - want[i]}, bound ${bound(i)}`,
      );
    }
  }
}
