import { freshSeed, seedStream } from "../runtime/random.js";

/** A seed that is drawn when it is first needed. */
export class SeedHolder {
  /** Another call of `setRandomSeed` before the seed is needed is for what is made after it. */
  readonly #stream = seedStream();
  #seed: number | undefined;

  get value(): number {
    this.#seed ??= freshSeed(this.#stream);
    return this.#seed;
  }

  /** Sets it to what it was when a file was saved. */
  restore(seed: number): void {
    this.#seed = seed;
  }
}
