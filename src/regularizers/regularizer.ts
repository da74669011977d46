import { align } from "../runtime/allocator.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { kernels, memory } from "../runtime/runtime.js";
import { tensorAt } from "../tensor/inMemory.js";
import { fromValues } from "../tensor/tensor.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";

/** A penalty on weights, added to the loss. */
export abstract class Regularizer {
  /** The name that configurations use. */
  abstract readonly name: string;

  /**
   * The penalty on a tensor, outside a model.
   *
   * @param weights in the shape in which the layer stores them: [inputs, units] for a dense layer
   * @throws LanegradError SHAPE_MISMATCH if the regularizer cannot take the shape
   */
  value(weights: TensorLike): number {
    return this.#evaluate(weights).value;
  }

  /**
   * The gradient of the penalty on a tensor, in the tensor's shape.
   *
   * @throws LanegradError SHAPE_MISMATCH if the regularizer cannot take the shape
   */
  gradient(weights: TensorLike): Tensor {
    return this.#evaluate(weights).gradient;
  }

  /**
   * @internal The penalty on a weight. Adds its gradient to what lies at `gradient`, unless that is 0.
   *
   * @param workspace the address of `workspaceFloats` floats, overwritten
   */
  abstract penalty(
    k: Kernels,
    weight: number,
    gradient: number,
    shape: readonly number[],
    workspace: number,
  ): number;

  /** @internal The floats that `penalty` needs beside a weight of this shape. */
  workspaceFloats(_k: Kernels, _shape: readonly number[]): number {
    return 0;
  }

  /** @internal Throws if there is no penalty on a weight of this shape; called when it is made. */
  checkShape(_weight: string, _shape: readonly number[]): void {}

  /** @internal Throws if there is no penalty on the outputs of a layer, which are as many as the batch has rows. */
  checkActivity(): void {}

  /** The options from which an equal regularizer can be made. */
  getConfig(): Record<string, unknown> {
    return { name: this.name };
  }

  #evaluate(weights: TensorLike): { value: number; gradient: Tensor } {
    const { data, shape } = fromValues(weights, "weights");
    this.checkShape("weights", shape);
    const k = kernels();
    const tensorBytes = align(4 * data.length);
    const pointer = memory().scratch(2 * tensorBytes + 4 * this.workspaceFloats(k, shape));
    const gradient = pointer + tensorBytes;
    memory().floats.set(data, pointer >>> 2);
    k.fill(gradient, data.length, 0);
    const value = this.penalty(k, pointer, gradient, shape, gradient + tensorBytes);
    return { value, gradient: tensorAt(gradient, shape) };
  }
}
