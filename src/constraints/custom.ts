import type { Kernels } from "../runtime/kernels/index.js";
import { memory } from "../runtime/runtime.js";
import { checkNotReturned, checkOwnMethod } from "../saving/ownMethods.js";
import { nameOfClass, nameOfPart } from "../saving/registry.js";
import type { RegisteredClass } from "../saving/registry.js";
import { sizeOf } from "../tensor/nested.js";
import { Constraint } from "./constraint.js";

/**
 * A constraint of one's own, in TypeScript: a subclass says in `constrain` what becomes of a weight.
 *
 * ```ts
 * class AtMostOne extends constraints.CustomConstraint {
 *   constrain(values: Float32Array): void {
 *     for (let i = 0; i < values.length; i++) values[i] = Math.min(values[i], 1);
 *   }
 * }
 * ```
 */
export abstract class CustomConstraint extends Constraint {
  readonly name: string = nameOfPart(this);

  /**
   * Changes a weight in place, after each step of the optimizer.
   *
   * @param values the weight, row-major; valid during the call only, which must not use a model
   * @param shape the shape of the weight
   */
  abstract constrain(values: Float32Array, shape: readonly number[]): void;

  /** @internal */
  override apply(_k: Kernels, address: number, shape: readonly number[]): void {
    checkOwnMethod(this, "constrain");
    const start = address >>> 2;
    const values = memory().floats.subarray(start, start + sizeOf(shape));
    const result: unknown = this.constrain(values, shape);
    checkNotReturned(this, "constrain", result, values);
  }

  /** The name that the class is registered with, and the options; a class with options of its own adds them. */
  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), name: nameOfClass(this.constructor as RegisteredClass) ?? this.name };
  }
}
