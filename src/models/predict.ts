import { kernels, memory } from "../runtime/runtime.js";
import { Tensor } from "../tensor/tensor.js";
import type { ForwardPlan } from "./network.js";
import type { Rows } from "./rows.js";
import type { Slot } from "../graph/slot.js";

const NO_BLOCKS: readonly never[] = [];

/** Computes the outputs of a model for all rows, batch after batch. */
export function predict(forward: ForwardPlan, inputs: readonly Rows[], batchSize: number): Tensor[] {
  const { plan, ports } = forward;
  const { count } = inputs[0];
  const results = ports.outputs.map((slot) => new Float32Array(count * slot.rowSize));
  for (let start = 0; start < count; start += batchSize) {
    const rows = Math.min(batchSize, count - start);
    plan.prepare(rows, NO_BLOCKS);
    inputs.forEach((source, i) => source.copyTo(memory().floats, ports.inputs[i].value >>> 2, start, rows));
    plan.forward();
    ports.outputs.forEach((slot, i) => results[i].set(valuesOf(slot, rows), start * slot.rowSize));
  }
  return ports.outputs.map((slot, i) => new Tensor(results[i], shapeOf(slot, count)));
}

/** A view on the values of a slot, valid until the next call of anything. */
export function valuesOf(slot: Slot, rows: number): Float32Array {
  return floatsAt(slot.value, rows * slot.rowSize);
}

/** A view on linear memory, valid until the next call of anything. */
export function floatsAt(address: number, count: number): Float32Array {
  return memory().floats.subarray(address >>> 2, (address >>> 2) + count);
}

/** The shape of a slot for a number of rows. */
export function shapeOf(slot: Slot, rows: number): number[] {
  return [rows, ...slot.shape.slice(1).map((size) => size ?? 1)];
}

/** Sets a range of linear memory to zero. */
export function clear(address: number, count: number): void {
  kernels().fill(address, count, 0);
}
