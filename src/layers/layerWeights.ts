import { Weight } from "../graph/weight.js";
import type { WeightOptions } from "../graph/weight.js";
import { align } from "../runtime/allocator.js";
import { Block } from "../runtime/memory.js";
import { deriveKey, keyOfSeed, Purpose } from "../runtime/random.js";
import { freeWithOwner, kernels, memory } from "../runtime/runtime.js";
import { tensorAt } from "../tensor/inMemory.js";
import type { Tensor } from "../tensor/tensor.js";
import { SeedHolder } from "./seedHolder.js";

/** The weights of a layer, in one block of memory that is made when it is first needed. */
export class LayerWeights {
  readonly list: Weight[] = [];
  #block: Block | null = null;
  #blockBytes = 0;
  #seeds = new SeedHolder();
  #index = 0;
  #isAdopted = false;

  add(options: WeightOptions): Weight {
    const weight = new Weight(options, this.#blockBytes);
    this.#blockBytes += align(4 * weight.size);
    this.list.push(weight);
    return weight;
  }

  /** The first model that uses the layer says where its seeds come from. */
  adopt(seeds: SeedHolder, index: number): void {
    if (this.#block !== null || this.#isAdopted) return;
    this.#isAdopted = true;
    this.#seeds = seeds;
    this.#index = index;
  }

  read(weight: Weight): Tensor {
    return tensorAt(this.#addressOf(weight), weight.shape);
  }

  write(weight: Weight, values: Tensor): void {
    // The address first: finding it may move memory, and with it the view.
    const start = this.#addressOf(weight) >>> 2;
    memory().floats.set(values.data, start);
    weight.writes++;
  }

  /** The block that holds them, if there are any. */
  blocks(): Block[] {
    return this.list.length === 0 ? [] : [this.#materialise()];
  }

  /** Makes their addresses true; the block is in. */
  bind(): void {
    if (this.#block === null) return;
    for (const weight of this.list) weight.address = this.#block.pointer + weight.offset;
  }

  moveOut(): void {
    if (this.#block !== null) memory().moveOut(this.#block);
  }

  /** Forgets them all. */
  clear(): void {
    if (this.#block !== null) memory().release(this.#block);
    this.#block = null;
    this.#blockBytes = 0;
    this.list.length = 0;
  }

  #materialise(): Block {
    if (this.#block !== null) return this.#block;
    const block = new Block(this.#blockBytes);
    memory().moveIn(block);
    const layerKey = deriveKey(keyOfSeed(this.#seeds.value), Purpose.weights, this.#index);
    this.list.forEach((weight, i) => {
      const key = deriveKey(layerKey, Purpose.weights, i);
      weight.initializer.fill(kernels(), block.pointer + weight.offset, weight.shape, key);
    });
    freeWithOwner(this, block);
    this.#block = block;
    return block;
  }

  #addressOf(weight: Weight): number {
    const block = this.#materialise();
    memory().moveIn(block);
    return block.pointer + weight.offset;
  }
}
