import { checkKeys, seedNumber, shapeOption } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { deriveKey, freshSeed, keyOfSeed, Purpose } from "../runtime/random.js";
import type { Key } from "../runtime/random.js";
import { kernels, memory } from "../runtime/runtime.js";
import { sizeOf } from "../tensor/nested.js";
import { tensorAt } from "../tensor/inMemory.js";
import type { Tensor } from "../tensor/tensor.js";

/** Options of random initializers. */
export interface RandomOptions {
  /** The same seed gives the same values each time. Default: the seed of the model and the layer's place. */
  seed?: number;
}

/** Says what values weights start with. */
export abstract class Initializer {
  /** The name that configurations use. */
  abstract readonly name: string;
  /** The seed that it was given; undefined if the model's seed and the layer's place decide. */
  readonly seed: number | undefined;

  protected constructor(owner: string, options: RandomOptions, known: readonly string[]) {
    checkKeys(owner, options, known);
    if (options.seed !== undefined) this.seed = seedNumber("seed", options.seed);
  }

  /**
   * A tensor of initial values.
   *
   * @param shape the shape of the weight, as the layer stores it: [inputs, units] for a dense layer
   */
  sample(shape: readonly number[]): Tensor {
    const sizes = shapeOption("shape", shape);
    const pointer = memory().scratch(4 * sizeOf(sizes));
    const key = deriveKey(keyOfSeed(this.seed ?? freshSeed()), Purpose.sample, 0);
    this.write(kernels(), pointer, sizes, key);
    return tensorAt(pointer, sizes);
  }

  /** @internal Fills a weight; a seed of its own goes before the key. */
  fill(k: Kernels, pointer: number, shape: readonly number[], key: Key): void {
    const own = this.seed === undefined ? key : deriveKey(keyOfSeed(this.seed), Purpose.sample, 0);
    this.write(k, pointer, shape, own);
  }

  /** @internal */
  protected abstract write(k: Kernels, pointer: number, shape: readonly number[], key: Key): void;

  /** The options from which an equal initializer can be made. */
  getConfig(): Record<string, unknown> {
    return this.seed === undefined ? { name: this.name } : { name: this.name, seed: this.seed };
  }
}
