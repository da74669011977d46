import type { Kernels } from "../runtime/kernels/index.js";
import { uniformStream } from "../runtime/random.js";
import type { Key } from "../runtime/random.js";
import { memory } from "../runtime/runtime.js";
import { checkNotReturned, checkOwnMethod } from "../saving/ownMethods.js";
import { nameOfClass, nameOfPart } from "../saving/registry.js";
import type { RegisteredClass } from "../saving/registry.js";
import { sizeOf } from "../tensor/nested.js";
import { Initializer } from "./initializer.js";
import type { RandomOptions } from "./initializer.js";

/**
 * Initial values of one's own, in TypeScript: a subclass fills them in.
 *
 * ```ts
 * class Signs extends initializers.CustomInitializer {
 *   fillValues(values: Float32Array, shape: readonly number[], random: () => number): void {
 *     for (let i = 0; i < values.length; i++) values[i] = random() < 0.5 ? -1 : 1;
 *   }
 * }
 * ```
 */
export abstract class CustomInitializer extends Initializer {
  readonly name: string = nameOfPart(this);

  /** @throws LanegradError INVALID_OPTION for a wrong seed; UNKNOWN_OPTION for other options */
  constructor(options: RandomOptions = {}) {
    super("initializers.CustomInitializer", options, ["seed"]);
  }

  /**
   * Writes the initial values of a weight.
   *
   * @param values zeros, row-major, to be overwritten; the call must not use a model
   * @param shape the shape of the weight
   * @param random gives the next number of a uniform distribution on [0, 1): the same ones for the same
   * seed, on every engine
   */
  abstract fillValues(values: Float32Array, shape: readonly number[], random: () => number): void;

  /** @internal */
  protected override write(_k: Kernels, pointer: number, shape: readonly number[], key: Key): void {
    const values = new Float32Array(sizeOf(shape));
    checkOwnMethod(this, "fillValues");
    const result: unknown = this.fillValues(values, shape, uniformStream(key));
    checkNotReturned(this, "fillValues", result, values);
    memory().floats.set(values, pointer >>> 2);
  }

  /** The name that the class is registered with, and the options; a class with options of its own adds them. */
  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), name: nameOfClass(this.constructor as RegisteredClass) ?? this.name };
  }
}
