// Training of a restricted Boltzmann machine.
import { align } from "../runtime/allocator.js";
import { unsupervisedKernels } from "../runtime/kernels/unsupervised.js";
import { Block } from "../runtime/memory.js";
import { deriveKey, keyOfSeed, Purpose } from "../runtime/random.js";
import type { Key } from "../runtime/random.js";
import { kernels, memory } from "../runtime/runtime.js";
import { Pacer } from "../runtime/turn.js";
import type { Tensor } from "../tensor/tensor.js";
import { RbmAddresses } from "./rbmAddresses.js";
import type { RbmConfig } from "./rbmOptions.js";
import { INTERVAL } from "./trainMap.js";

/** What an epoch of a restricted Boltzmann machine reports. */
export interface RbmLogs {
  /** The mean squared difference between the data and their reconstructions from sampled hidden units. */
  readonly reconstructionError: number;
}

/** What training changes, in ordinary arrays. */
export interface RbmState {
  /** Kernel [visible, units], visible bias, hidden bias. */
  readonly weights: Float32Array;
  /** What momentum makes of past directions; like the weights. */
  readonly velocity: Float32Array;
  /** [batchSize, visible]: where persistent chains are; of no length without them. */
  readonly chain: Float32Array;
  /** Steps taken. */
  step: number;
}

/** The epochs of one fit. Data and state stay in linear memory, so that the event loop has turns between steps. */
export class RbmTrainer {
  readonly #config: RbmConfig;
  readonly #state: RbmState;
  readonly #data: Block;
  readonly #order: Block;
  readonly #learnt: Block;
  readonly #blocks: readonly Block[];
  readonly #rows: number;
  readonly #visible: number;
  readonly #hiddenKey: Key;
  readonly #visibleKey: Key;
  readonly #addresses: RbmAddresses;
  readonly #pacer = new Pacer(INTERVAL);

  constructor(config: RbmConfig, state: RbmState, x: Tensor) {
    this.#config = config;
    this.#state = state;
    [this.#rows, this.#visible] = x.shape;
    const key = keyOfSeed(config.seed);
    this.#hiddenKey = deriveKey(key, Purpose.mask, 0);
    this.#visibleKey = deriveKey(key, Purpose.mask, 1);
    this.#addresses = new RbmAddresses(config, this.#visible);
    const { weightBytes } = this.#addresses;
    this.#data = new Block(4 * x.size);
    this.#order = new Block(4 * this.#rows);
    this.#learnt = new Block(2 * weightBytes + align(4 * state.chain.length));
    this.#blocks = [this.#data, this.#order, this.#learnt];
    memory().moveInTogether(this.#blocks, 0);
    const { floats } = memory();
    floats.set(x.data, this.#data.pointer >>> 2);
    floats.set(state.weights, this.#learnt.pointer >>> 2);
    floats.set(state.velocity, (this.#learnt.pointer + weightBytes) >>> 2);
    floats.set(state.chain, (this.#learnt.pointer + 2 * weightBytes) >>> 2);
  }

  /** Gives the memory back. */
  release(): void {
    for (const block of this.#blocks) memory().release(block);
  }

  /** Trains for one epoch; the state has its result at the end. */
  async epoch(epoch: number): Promise<RbmLogs> {
    const [key0, key1] = deriveKey(keyOfSeed(this.#config.seed), Purpose.order, epoch);
    memory().moveInTogether(this.#blocks, 0);
    kernels().shuffle(this.#order.pointer, this.#rows, key0, key1);
    let total = 0;
    for (let row = 0; row < this.#rows; row += this.#config.batchSize) {
      total += this.#step(row, Math.min(this.#config.batchSize, this.#rows - row));
      if (this.#pacer.isDue()) await this.#pacer.turn();
    }
    this.#readState();
    return { reconstructionError: total / (this.#rows * this.#visible) };
  }

  #readState(): void {
    memory().moveInTogether(this.#blocks, 0);
    const { floats } = memory();
    const { weights, velocity, chain } = this.#state;
    [weights, velocity, chain].forEach((array, i) => {
      const start = (this.#learnt.pointer + i * this.#addresses.weightBytes) >>> 2;
      array.set(floats.subarray(start, start + array.length));
    });
  }

  /** A step on `rows` rows of the order from `first` on. Returns the squared error of their reconstructions. */
  #step(first: number, rows: number): number {
    const { units, k, persistent, visibleStates } = this.#config;
    const visible = this.#visible;
    const at = this.#addresses;
    const scratch = memory().moveInTogether(this.#blocks, at.scratchBytes);
    at.find(this.#learnt.pointer, scratch);
    const passesProbabilities = visibleStates === "probabilities";
    const functions = unsupervisedKernels();
    let draw = this.#state.step++ * (k + 1);

    const order = this.#order.pointer + 4 * first;
    kernels().gatherRows(this.#data.pointer, order, at.v0, rows, visible);
    this.#sampleHidden(at.v0, at.h0, at.samples, rows, draw);
    this.#sampleVisible(at.v1, persistent || passesProbabilities ? 0 : at.end, rows, draw);
    const error = functions.reconstructionDifference(at.v0, at.v1, rows * visible);
    for (let round = persistent ? 0 : 1; round < k; round++) {
      draw++;
      this.#sampleHidden(at.end, at.h1, at.samples, rows, draw);
      this.#sampleVisible(passesProbabilities ? at.end : at.v1, passesProbabilities ? 0 : at.end, rows, draw);
    }
    this.#sampleHidden(at.end, at.h1, 0, rows, draw);
    functions.contrastiveDivergence(
      at.v0,
      at.h0,
      at.end,
      at.h1,
      at.direction,
      at.negative,
      rows,
      visible,
      units,
      at.workspace,
    );
    this.#climb(rows);
    return error;
  }

  /**
   * Hidden units given visible ones.
   *
   * @param to the address of their probabilities
   * @param samples the address of samples, or 0 for none
   * @param draw which random numbers the samples take
   */
  #sampleHidden(from: number, to: number, samples: number, rows: number, draw: number): void {
    const { kernel, hiddenBias, workspace } = this.#addresses;
    unsupervisedKernels().sampleHidden(
      from,
      kernel,
      hiddenBias,
      to,
      samples,
      rows,
      this.#visible,
      this.#config.units,
      this.#hiddenKey[0],
      this.#hiddenKey[1],
      draw,
      workspace,
    );
  }

  /** Visible units given the samples of hidden ones; like `#sampleHidden`. */
  #sampleVisible(to: number, samples: number, rows: number, draw: number): void {
    const { kernel, visibleBias, samples: from, workspace } = this.#addresses;
    unsupervisedKernels().sampleVisible(
      from,
      kernel,
      visibleBias,
      to,
      samples,
      rows,
      this.#visible,
      this.#config.units,
      this.#visibleKey[0],
      this.#visibleKey[1],
      draw,
      workspace,
    );
  }

  /** Kernel and biases follow the direction, which was summed over rows. Biases do not decay. */
  #climb(rows: number): void {
    const { units, learningRate, momentum, weightDecay } = this.#config;
    const { kernel, velocity, direction } = this.#addresses;
    const size = this.#visible * units;
    const bytes = 4 * size;
    const rate = learningRate / rows;
    const { climb } = unsupervisedKernels();
    climb(kernel, velocity, direction, rate, weightDecay * rows, momentum, size);
    climb(kernel + bytes, velocity + bytes, direction + bytes, rate, 0, momentum, this.#visible + units);
  }
}
