/** The product with a transposed operand for rows with any strides: groups of channels, heads of attention. */
import { multiply } from "./gemm";
import { LOW_ROWS } from "./gemmKernel";
import { multiplyColumn } from "./gemmRow";
import { FLOAT_BYTES } from "./simd";

/**
 * C = A.Bt; the rows of A, B and C are contiguous, and their strides are bytes.
 *
 * @param a [m, k]
 * @param b [n, k]
 * @param c [m, n], overwritten
 * @param workspace workspaceBytes() bytes
 */
export function multiplyByTransposed(a: usize, aRowBytes: usize, b: usize, bRowBytes: usize, c: usize,
  cRowBytes: usize, m: i32, n: i32, k: i32, workspace: usize): void {
  if (n == 1 && cRowBytes == FLOAT_BYTES) {
    multiplyColumn(a, aRowBytes, b, 0, c, m, k);
  } else if (m < LOW_ROWS) {
    for (; m > 0; m--, a += aRowBytes, c += cRowBytes) multiplyColumn(b, bRowBytes, a, 0, c, n, k);
  } else {
    multiply(a, aRowBytes, FLOAT_BYTES, b, bRowBytes, true, 0, c, cRowBytes, m, n, k, 0, workspace);
  }
}
