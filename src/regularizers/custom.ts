import { invalidOption } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { memory } from "../runtime/runtime.js";
import { checkOwnMethod } from "../saving/ownMethods.js";
import { nameOfClass, nameOfPart } from "../saving/registry.js";
import type { RegisteredClass } from "../saving/registry.js";
import { sizeOf } from "../tensor/nested.js";
import { Regularizer } from "./regularizer.js";

/**
 * A penalty of one's own, in TypeScript: a subclass says in `evaluate` how large it is and which gradient
 * it has.
 *
 * ```ts
 * class FourthPower extends regularizers.CustomRegularizer {
 *   evaluate(weights: Float32Array, gradient: Float32Array): number {
 *     let sum = 0;
 *     for (let i = 0; i < weights.length; i++) {
 *       const square = weights[i] * weights[i];
 *       sum += square * square;
 *       gradient[i] = 4 * square * weights[i];
 *     }
 *     return sum;
 *   }
 * }
 * ```
 */
export abstract class CustomRegularizer extends Regularizer {
  readonly name: string = nameOfPart(this);

  /**
   * Returns the penalty on a weight and writes its gradient.
   *
   * @param weights the weight, row-major, to be read only; valid during the call only, which must not use
   * a model
   * @param gradient zeros, to be overwritten with the gradient of the penalty; valid during the call only
   * @param shape the shape of the weight
   */
  abstract evaluate(weights: Float32Array, gradient: Float32Array, shape: readonly number[]): number;

  /** @internal */
  override penalty(
    k: Kernels,
    weight: number,
    gradient: number,
    shape: readonly number[],
    workspace: number,
  ): number {
    checkOwnMethod(this, "evaluate");
    const size = sizeOf(shape);
    k.fill(workspace, size, 0);
    const { floats } = memory();
    const [first, own] = [weight >>> 2, workspace >>> 2];
    const value: unknown = this.evaluate(
      floats.subarray(first, first + size),
      floats.subarray(own, own + size),
      shape,
    );
    if (typeof value !== "number") {
      throw invalidOption(
        `${nameOfPart(this)}.evaluate`,
        "a method that returns the penalty, a number",
        value,
      );
    }
    if (gradient !== 0) k.addInPlace(gradient, workspace, size);
    return value;
  }

  /** @internal */
  override workspaceFloats(_k: Kernels, shape: readonly number[]): number {
    return sizeOf(shape);
  }

  /** The name that the class is registered with, and the options; a class with options of its own adds them. */
  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), name: nameOfClass(this.constructor as RegisteredClass) ?? this.name };
  }
}
