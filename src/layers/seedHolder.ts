import { freshSeed } from "../runtime/random.js";

/** A seed that is drawn when it is first needed. */
export class SeedHolder {
  #seed: number | undefined;

  get value(): number {
    this.#seed ??= freshSeed();
    return this.#seed;
  }

  /** Sets it to what it was when a file was saved. */
  restore(seed: number): void {
    this.#seed = seed;
  }
}
