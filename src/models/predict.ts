import type { CallbackList } from "../callbacks/callbackList.js";
import { newFloats } from "../runtime/memory.js";
import { kernels, memory } from "../runtime/runtime.js";
import { floatsAt, tensorAt } from "../tensor/inMemory.js";
import { Tensor } from "../tensor/tensor.js";
import { noBatch } from "./evaluate.js";
import type { ForwardPlan } from "./network.js";
import type { Rows } from "./rows.js";
import type { Slot } from "../graph/slot.js";

const NO_BLOCKS: readonly never[] = [];

/**
 * Computes the outputs of a model for all rows, batch after batch.
 *
 * @param firstBatch the number of the first batch, for callbacks
 * @param steps the most batches
 */
export function predict(
  forward: ForwardPlan,
  inputs: readonly Rows[],
  batchSize: number,
  callbacks: CallbackList | undefined,
  firstBatch: number,
  steps: number,
): Tensor[] {
  const { plan, ports } = forward;
  const count = Math.min(inputs[0].count, steps * batchSize);
  const results = ports.outputs.map((slot) => newFloats(count * slot.rowSize));
  for (let start = 0, batch = firstBatch; start < count; start += batchSize, batch++) {
    const rows = Math.min(batchSize, count - start);
    void callbacks?.call("onPredictBatchBegin", batch);
    plan.prepare(rows, NO_BLOCKS);
    inputs.forEach((source, i) => source.copyTo(memory().floats, ports.inputs[i].value >>> 2, start, rows));
    plan.forward();
    ports.outputs.forEach((slot, i) =>
      results[i].set(floatsAt(slot.value, rows * slot.rowSize), start * slot.rowSize),
    );
    if (!callbacks?.has("onPredictBatchEnd")) continue;
    const outputs = ports.outputs.map((slot, i) => {
      const from = start * slot.rowSize;
      return new Tensor(results[i].slice(from, from + rows * slot.rowSize), shapeOf(slot, rows));
    });
    void callbacks.call("onPredictBatchEnd", batch, { outputs });
  }
  return ports.outputs.map((slot, i) => new Tensor(results[i], shapeOf(slot, count)));
}

/** The outputs for one row: what `predict` comes to without batches and callbacks. */
export function predictRow({ plan, ports: { inputs, outputs } }: ForwardPlan, row: Float32Array): Tensor[] {
  plan.prepare(1, NO_BLOCKS);
  memory().floats.set(row, inputs[0].value >>> 2);
  plan.forward();
  return outputs.map((slot) => outputAt(slot, 1));
}

/**
 * Puts the outputs of batches one after another.
 *
 * @throws LanegradError INVALID_DATA if there are none
 */
export function joinBatches(batches: readonly (readonly Tensor[])[]): Tensor[] {
  if (batches.length === 0) throw noBatch();
  return batches[0].map((first, i) => {
    const parts = batches.map((outputs) => outputs[i]);
    const data = newFloats(parts.reduce((size, part) => size + part.size, 0));
    let rows = 0;
    let at = 0;
    for (const part of parts) {
      data.set(part.data, at);
      rows += part.shape[0];
      at += part.size;
    }
    return new Tensor(data, [rows, ...first.shape.slice(1)]);
  });
}

/** What a slot holds. */
export function outputAt(slot: Slot, rows: number): Tensor {
  return tensorAt(slot.value, shapeOf(slot, rows));
}

/** The shape of a slot for a number of rows. */
export function shapeOf(slot: Slot, rows: number): number[] {
  return [rows, ...slot.shape.slice(1).map((size) => size ?? 1)];
}

/** Sets a range of linear memory to zero. */
export function clear(address: number, count: number): void {
  kernels().fill(address, count, 0);
}
