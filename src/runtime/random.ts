// Seeds and keys. Every random number comes from a counter-based generator in the kernels: integer
// arithmetic on (key, counter), so the same key gives the same bits on every engine.
import { seedNumber } from "../options.js";
import { MAILBOX } from "./memory.js";
import { kernels, memory } from "./runtime.js";

/** What a key is for. Keys derived for different purposes are independent. */
export const Purpose = {
  model: 1,
  weights: 2,
  mask: 3,
  order: 4,
  split: 5,
  sample: 6,
} as const;

/** A key of the generator: two 32-bit words. */
export type Key = readonly [number, number];

const TWO_TO_32 = 4294967296;
const TWO_TO_53 = 9007199254740992;
const LOW_21_BITS = 0x1fffff;

/** What seeds are drawn from after a call of `setRandomSeed`, and how many have been. */
interface SeedStream {
  readonly key: Key;
  drawn: number;
}

let stream: SeedStream | undefined;

/**
 * Seeds everything that follows: the weights of models made from now on, dropout masks, the order of
 * batches, splits. The same seed and the same calls give the same numbers.
 *
 * @param seed a whole number from 0 to 2^53 - 1
 * @throws LanegradError INVALID_OPTION for anything else
 */
export function setRandomSeed(seed: number): void {
  stream = { key: keyOfSeed(seedNumber("seed", seed)), drawn: 0 };
}

/** What a model that is made now draws its seed from, whenever it needs it first. */
export function seedStream(): SeedStream | undefined {
  return stream;
}

/** The key that a seed stands for. */
export function keyOfSeed(seed: number): Key {
  return [seed >>> 0, Math.floor(seed / TWO_TO_32)];
}

/** The key for one purpose and index below another key. */
export function deriveKey(key: Key, purpose: number, index: number): Key {
  kernels().deriveKey(key[0], key[1], purpose, index, MAILBOX);
  const { words } = memory();
  return [words[MAILBOX >> 2], words[(MAILBOX >> 2) + 1]];
}

/**
 * Uniform numbers in [0, 1) one by one, each a multiple of 2^-53: the two words of the counters below a key,
 * put together exactly.
 */
export function uniformStream(key: Key): () => number {
  let index = 0;
  return () => {
    const [low, high] = deriveKey(key, Purpose.sample, index++);
    return ((high >>> 11) * TWO_TO_32 + low) / TWO_TO_53;
  };
}

/** Numbers of the standard normal distribution, each from two uniform ones in [0, 1) (Box and Muller 1958). */
export function normalStream(uniform: () => number): () => number {
  const { cos64, log64 } = kernels();
  return () => {
    const length = Math.sqrt(-2 * log64(1 - uniform()));
    return length * cos64(2 * Math.PI * uniform());
  };
}

/** A seed that nobody chose: from `setRandomSeed` if it was called, else one that differs from run to run. */
export function freshSeed(from = stream): number {
  if (from !== undefined) {
    const [low, high] = deriveKey(from.key, Purpose.model, from.drawn++);
    return (high & LOW_21_BITS) * TWO_TO_32 + low;
  }
  // Not from `crypto`, which Node loads at its first use, for 3 ms; a seed need not be a secret.
  return Math.floor(Math.random() * TWO_TO_53);
}

/**
 * A random order of the whole numbers from 0 to count - 1.
 *
 * @param seed default: a fresh one
 */
export function permutation(count: number, seed?: number): Uint32Array {
  const [key0, key1] = deriveKey(keyOfSeed(seed ?? freshSeed()), Purpose.split, 0);
  const pointer = memory().scratch(4 * count);
  kernels().shuffle(pointer, count, key0, key1);
  return memory().words.slice(pointer >>> 2, (pointer >>> 2) + count);
}
