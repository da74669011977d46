// What a restricted Boltzmann machine computes on rows outside training.
import { align } from "../runtime/allocator.js";
import { unsupervisedKernels } from "../runtime/kernels/unsupervised.js";
import type { Key } from "../runtime/random.js";
import { kernels, memory } from "../runtime/runtime.js";
import { Tensor } from "../tensor/tensor.js";

const NO_KEY: Key = [0, 0];

/** Weights and rows in scratch memory, with room for the other layer; until the next call that asks for scratch memory. */
export class RbmScratch {
  /** [rows, visible]: the rows. */
  readonly v: number;
  /** [rows, visible]: probabilities. */
  readonly p: number;
  /** [rows, units]: probabilities. */
  readonly h: number;
  /** [rows, units]. */
  readonly samples: number;
  readonly #rows: number;
  readonly #visible: number;
  readonly #units: number;
  readonly #workspace: number;
  readonly #kernel: number;
  readonly #visibleBias: number;
  readonly #hiddenBias: number;

  constructor(weights: Float32Array, visible: number, units: number, rows: Tensor) {
    this.#rows = rows.shape[0];
    this.#visible = visible;
    this.#units = units;
    const workspaceBytes = align(kernels().workspaceBytes());
    const weightBytes = align(4 * weights.length);
    const visibleBytes = align(4 * rows.size);
    const hiddenBytes = align(4 * this.#rows * units);
    const bytes = workspaceBytes + weightBytes + 2 * visibleBytes + 2 * hiddenBytes;
    this.#workspace = memory().scratch(bytes);
    this.#kernel = this.#workspace + workspaceBytes;
    this.#visibleBias = this.#kernel + 4 * visible * units;
    this.#hiddenBias = this.#visibleBias + 4 * visible;
    this.v = this.#kernel + weightBytes;
    this.p = this.v + visibleBytes;
    this.h = this.p + visibleBytes;
    this.samples = this.h + hiddenBytes;
    memory().floats.set(weights, this.#kernel >>> 2);
    memory().floats.set(rows.data, this.v >>> 2);
  }

  /** Computes h of v, and samples of it unless their address is 0. */
  hidden(samples: number, key = NO_KEY, draw = 0): void {
    unsupervisedKernels().sampleHidden(
      this.v,
      this.#kernel,
      this.#hiddenBias,
      this.h,
      samples,
      this.#rows,
      this.#visible,
      this.#units,
      key[0],
      key[1],
      draw,
      this.#workspace,
    );
  }

  /** Computes p of hidden units, and samples of it unless their address is 0. */
  visible(hidden: number, samples: number, key = NO_KEY, draw = 0): void {
    unsupervisedKernels().sampleVisible(
      hidden,
      this.#kernel,
      this.#visibleBias,
      this.p,
      samples,
      this.#rows,
      this.#visible,
      this.#units,
      key[0],
      key[1],
      draw,
      this.#workspace,
    );
  }

  /**
   * Rounds of Gibbs sampling, from rows that are 1 with probability 0.5; the rows are where the chains end.
   *
   * @param passesProbabilities whether chains pass on probabilities of visible units in place of samples
   */
  runChains(rounds: number, key: Key, passesProbabilities: boolean): void {
    memory().floats.fill(0, this.v >>> 2, (this.v >>> 2) + this.#rows * this.#visible);
    unsupervisedKernels().fireUnits(this.v, this.p, this.#rows * this.#visible, key[0], key[1], 0);
    this.#takeP();
    for (let round = 1; round <= rounds; round++) {
      this.hidden(this.samples, key, 2 * round);
      this.visible(this.samples, passesProbabilities ? 0 : this.v, key, 2 * round + 1);
      if (passesProbabilities) this.#takeP();
    }
  }

  /** The rows become what is in p. */
  #takeP(): void {
    const start = this.p >>> 2;
    memory().floats.copyWithin(this.v >>> 2, start, start + this.#rows * this.#visible);
  }

  /** The free energies of the rows, [rows]. */
  freeEnergies(): Tensor {
    unsupervisedKernels().freeEnergies(
      this.v,
      this.#kernel,
      this.#visibleBias,
      this.#hiddenBias,
      this.h,
      this.p,
      this.#rows,
      this.#visible,
      this.#units,
      this.#workspace,
    );
    return copied(this.p, [this.#rows]);
  }

  /** A copy of one of the arrays. */
  taken(pointer: number): Tensor {
    return copied(pointer, [this.#rows, pointer < this.h ? this.#visible : this.#units]);
  }
}

function copied(pointer: number, shape: readonly number[]): Tensor {
  const start = pointer >>> 2;
  const size = shape.reduce((all, length) => all * length, 1);
  return new Tensor(memory().floats.slice(start, start + size), shape);
}
