import { checkKeys, flag, invalidOption, positiveInteger, seedNumber } from "../options.js";
import { permutation } from "../runtime/random.js";

/** Options of {@link kFold}. */
export interface KFoldOptions {
  /** The number of folds, 2 or more; default 5. */
  k?: number;
  /** The same seed gives the same folds; default: a fresh one each time, or the one of `setRandomSeed`. */
  seed?: number;
  /** Mix the rows before they are dealt out; default true. Without it the folds are runs of rows. */
  shuffle?: boolean;
}

/** The rows of one fold to train on and to test with, ascending. */
export interface Fold {
  /** The indices of the rows to train on. */
  readonly train: number[];
  /** The indices of the rows to test with. */
  readonly test: number[];
}

/**
 * Deals n rows out into k folds: each row is tested in one of them and trained on in the others. The
 * first n mod k folds have one test row more, as in scikit-learn's `KFold`.
 *
 * @param n the number of rows
 * @returns the positions of the rows of each fold: `train.map((i) => x[i])`
 * @throws LanegradError INVALID_OPTION if n or k is no whole number, or not 2 <= k <= n; UNKNOWN_OPTION
 */
export function kFold(n: number, options: KFoldOptions = {}): Fold[] {
  checkKeys("kFold", options, ["k", "seed", "shuffle"]);
  const { k = 5, seed, shuffle = true } = options;
  positiveInteger("n", n);
  flag("shuffle", shuffle);
  if (seed !== undefined) seedNumber("seed", seed);
  if (!Number.isInteger(k) || k < 2 || k > n) {
    throw invalidOption("k", `a whole number from 2 to the number of rows, ${n}`, k);
  }
  const order = shuffle ? permutation(n, seed) : Uint32Array.from({ length: n }, (_, row) => row);
  const foldOf = new Uint32Array(n);
  const larger = n % k;
  const size = Math.floor(n / k);
  for (let fold = 0; fold < k; fold++) {
    const start = fold * size + Math.min(fold, larger);
    const end = start + size + (fold < larger ? 1 : 0);
    for (const row of order.subarray(start, end)) foldOf[row] = fold;
  }
  const rows = Array.from(foldOf.keys());
  return Array.from({ length: k }, (_, fold) => ({
    train: rows.filter((row) => foldOf[row] !== fold),
    test: rows.filter((row) => foldOf[row] === fold),
  }));
}
