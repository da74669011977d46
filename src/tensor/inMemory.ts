// What lies in linear memory, as views and tensors.
import { memory } from "../runtime/runtime.js";
import { sizeOf } from "./nested.js";
import { Tensor } from "./tensor.js";

/** A view on linear memory, valid until the next call of anything. */
export function floatsAt(address: number, count: number): Float32Array {
  return memory().floats.subarray(address >>> 2, (address >>> 2) + count);
}

/** A tensor with a copy of what lies at an address. */
export function tensorAt(address: number, shape: readonly number[]): Tensor {
  return new Tensor(floatsAt(address, sizeOf(shape)).slice(), shape);
}
