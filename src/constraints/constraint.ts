import type { Kernels } from "../runtime/kernels/index.js";
import { kernels, memory } from "../runtime/runtime.js";
import { tensorAt } from "../tensor/inMemory.js";
import { fromValues } from "../tensor/tensor.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";

/** What a weight must fulfil: it is changed so after each step of the optimizer. */
export abstract class Constraint {
  /** The name that configurations use. */
  abstract readonly name: string;

  /**
   * What the constraint makes of a tensor, outside a model.
   *
   * @param weights in the shape in which the layer stores them: [inputs, units] for a dense layer
   * @throws LanegradError INVALID_OPTION if the constraint's axes do not fit the shape
   */
  on(weights: TensorLike): Tensor {
    const { data, shape } = fromValues(weights, "weights");
    this.checkShape("weights", shape);
    const pointer = memory().scratch(4 * data.length);
    memory().floats.set(data, pointer >>> 2);
    this.apply(kernels(), pointer, shape);
    return tensorAt(pointer, shape);
  }

  /** @internal Changes a weight in place. */
  abstract apply(k: Kernels, address: number, shape: readonly number[]): void;

  /** @internal Throws if a weight of this shape cannot be constrained so; called when it is made. */
  checkShape(_weight: string, _shape: readonly number[]): void {}

  /** The options from which an equal constraint can be made. */
  getConfig(): Record<string, unknown> {
    return { name: this.name };
  }
}
