// What the engine can compile, found by validating modules of a few bytes. Validation is allowed where
// compilation is not (a strict Content-Security-Policy, workerd).

/** The two builds of the kernels. */
export type BuildName = "simd" | "relaxed-simd";

const HEADER = [0, 97, 115, 109, 1, 0, 0, 0];

/** (func (result v128) i32.const 0  i8x16.splat  i8x16.popcnt) */
const SIMD = [...HEADER, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

/** (func (result v128) i32.const 1  i8x16.splat  i32.const 2  i8x16.splat  i8x16.relaxed_swizzle) */
// prettier-ignore
const RELAXED_SIMD = [
  ...HEADER, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11,
];

function validates(bytes: number[]): boolean {
  return WebAssembly.validate(Uint8Array.from(bytes));
}

export function hasWebAssembly(): boolean {
  return typeof WebAssembly === "object" && typeof WebAssembly.validate === "function";
}

export function hasSimd(): boolean {
  return validates(SIMD);
}

export function hasRelaxedSimd(): boolean {
  return validates(RELAXED_SIMD);
}
