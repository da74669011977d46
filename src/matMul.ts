import { LanegradError, showShape } from "./errors.js";
import { checkKeys, flag } from "./options.js";
import { align } from "./runtime/allocator.js";
import { kernels, memory } from "./runtime/runtime.js";
import { tensorAt } from "./tensor/inMemory.js";
import { fromValues, Tensor } from "./tensor/tensor.js";
import type { TensorLike } from "./tensor/tensor.js";

/** Options of `matMul`. */
export interface MatMulOptions {
  /** Use the transpose of `a`. Default false. */
  transposeA?: boolean;
  /** Use the transpose of `b`. Default false. */
  transposeB?: boolean;
}

/**
 * The product of two matrices, [m, k] . [k, n] -> [m, n].
 *
 * @param a [m, k], or [k, m] with transposeA
 * @param b [k, n], or [n, k] with transposeB
 * @throws LanegradError SHAPE_MISMATCH if they are no matrices or do not fit each other; INVALID_DATA for what is no array
 * of numbers; INVALID_OPTION or UNKNOWN_OPTION
 */
export function matMul(a: TensorLike, b: TensorLike, options: MatMulOptions = {}): Tensor {
  checkKeys("matMul", options, ["transposeA", "transposeB"]);
  const transposeA = flag("transposeA", options.transposeA ?? false);
  const transposeB = flag("transposeB", options.transposeB ?? false);
  const left = fromValues(a, "a");
  const right = fromValues(b, "b");
  if (left.rank !== 2 || right.rank !== 2) throw mismatch(left, right);
  const [m, k] = transposeA ? [left.shape[1], left.shape[0]] : left.shape;
  const [depth, n] = transposeB ? [right.shape[1], right.shape[0]] : right.shape;
  if (k !== depth) throw mismatch(left, right);
  // (At . Bt) is (B . A)t; it is rare enough to turn A round first.
  const first = transposeA && transposeB ? transposed(left) : left;
  const workspaceBytes = align(kernels().workspaceBytes());
  const aBytes = align(4 * first.size);
  const bBytes = align(4 * right.size);
  const workspace = memory().scratch(workspaceBytes + aBytes + bBytes + align(4 * m * n));
  const aPointer = workspace + workspaceBytes;
  const bPointer = aPointer + aBytes;
  const cPointer = bPointer + bBytes;
  const { floats } = memory();
  floats.set(first.data, aPointer >>> 2);
  floats.set(right.data, bPointer >>> 2);
  if (transposeB) kernels().matMulTransposedB(aPointer, bPointer, cPointer, m, n, k, workspace);
  else if (transposeA) kernels().matMulTransposedA(aPointer, bPointer, cPointer, m, n, k, workspace);
  else kernels().matMul(aPointer, bPointer, cPointer, m, n, k, workspace);
  return tensorAt(cPointer, [m, n]);
}

function transposed(matrix: Tensor): Tensor {
  const [rows, columns] = matrix.shape;
  const data = Float32Array.from(
    matrix.data,
    (_, i) => matrix.data[(i % rows) * columns + Math.floor(i / rows)],
  );
  return new Tensor(data, [columns, rows]);
}

function mismatch(a: Tensor, b: Tensor): LanegradError {
  return new LanegradError(
    "SHAPE_MISMATCH",
    `matMul takes [m, k] and [k, n]. Received: ${showShape(a.shape)} and ${showShape(b.shape)}`,
  );
}
