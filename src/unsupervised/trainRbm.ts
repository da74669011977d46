// Training of a restricted Boltzmann machine.
import { align } from "../runtime/allocator.js";
import { unsupervisedKernels } from "../runtime/kernels/unsupervised.js";
import { Block } from "../runtime/memory.js";
import { deriveKey, keyOfSeed, Purpose } from "../runtime/random.js";
import type { Key } from "../runtime/random.js";
import { kernels, memory } from "../runtime/runtime.js";
import { Pacer } from "../runtime/turn.js";
import type { Tensor } from "../tensor/tensor.js";
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
  readonly #workspaceBytes: number;
  /** Bytes of a batch of visible and of hidden units, and of everything like the weights. */
  readonly #visibleBytes: number;
  readonly #hiddenBytes: number;
  readonly #weightBytes: number;
  readonly #pacer = new Pacer(INTERVAL);

  constructor(config: RbmConfig, state: RbmState, x: Tensor) {
    this.#config = config;
    this.#state = state;
    [this.#rows, this.#visible] = x.shape;
    const key = keyOfSeed(config.seed);
    this.#hiddenKey = deriveKey(key, Purpose.mask, 0);
    this.#visibleKey = deriveKey(key, Purpose.mask, 1);
    this.#workspaceBytes = align(kernels().workspaceBytes());
    this.#visibleBytes = align(4 * config.batchSize * this.#visible);
    this.#hiddenBytes = align(4 * config.batchSize * config.units);
    this.#weightBytes = align(4 * state.weights.length);
    this.#data = new Block(4 * x.size);
    this.#order = new Block(4 * this.#rows);
    this.#learnt = new Block(2 * this.#weightBytes + align(4 * state.chain.length));
    this.#blocks = [this.#data, this.#order, this.#learnt];
    memory().moveInTogether(this.#blocks, 0);
    const { floats } = memory();
    floats.set(x.data, this.#data.pointer >>> 2);
    floats.set(state.weights, this.#learnt.pointer >>> 2);
    floats.set(state.velocity, (this.#learnt.pointer + this.#weightBytes) >>> 2);
    floats.set(state.chain, (this.#learnt.pointer + 2 * this.#weightBytes) >>> 2);
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
      const start = (this.#learnt.pointer + i * this.#weightBytes) >>> 2;
      array.set(floats.subarray(start, start + array.length));
    });
  }

  /** A step on `rows` rows of the order from `first` on. Returns the squared error of their reconstructions. */
  #step(first: number, rows: number): number {
    const { units, k, persistent, visibleStates } = this.#config;
    const visible = this.#visible;
    const [hiddenBytes, visibleBytes] = [this.#hiddenBytes, this.#visibleBytes];
    const workspace = memory().moveInTogether(
      this.#blocks,
      this.#workspaceBytes + 3 * visibleBytes + 3 * hiddenBytes + 2 * this.#weightBytes,
    );
    const kernel = this.#learnt.pointer;
    const visibleBias = kernel + 4 * visible * units;
    const hiddenBias = visibleBias + 4 * visible;
    const velocity = kernel + this.#weightBytes;
    const v0 = workspace + this.#workspaceBytes;
    const v1 = v0 + visibleBytes;
    const passesProbabilities = visibleStates === "probabilities";
    const ownEnd = passesProbabilities ? v1 : v1 + visibleBytes;
    const end = persistent ? velocity + this.#weightBytes : ownEnd;
    const h0 = v1 + 2 * visibleBytes;
    const h1 = h0 + hiddenBytes;
    const samples = h1 + hiddenBytes;
    const direction = samples + hiddenBytes;
    const negative = direction + this.#weightBytes;
    const [hidden0, hidden1] = this.#hiddenKey;
    const [visible0, visible1] = this.#visibleKey;
    const functions = unsupervisedKernels();
    let draw = this.#state.step++ * (k + 1);

    const order = this.#order.pointer + 4 * first;
    kernels().gatherRows(this.#data.pointer, order, v0, rows, visible);
    functions.sampleHidden(
      v0,
      kernel,
      hiddenBias,
      h0,
      samples,
      rows,
      visible,
      units,
      hidden0,
      hidden1,
      draw,
      workspace,
    );
    functions.sampleVisible(
      samples,
      kernel,
      visibleBias,
      v1,
      persistent || passesProbabilities ? 0 : end,
      rows,
      visible,
      units,
      visible0,
      visible1,
      draw,
      workspace,
    );
    const error = functions.reconstructionDifference(v0, v1, rows * visible);
    for (let round = persistent ? 0 : 1; round < k; round++) {
      draw++;
      functions.sampleHidden(
        end,
        kernel,
        hiddenBias,
        h1,
        samples,
        rows,
        visible,
        units,
        hidden0,
        hidden1,
        draw,
        workspace,
      );
      functions.sampleVisible(
        samples,
        kernel,
        visibleBias,
        passesProbabilities ? end : v1,
        passesProbabilities ? 0 : end,
        rows,
        visible,
        units,
        visible0,
        visible1,
        draw,
        workspace,
      );
    }
    functions.sampleHidden(end, kernel, hiddenBias, h1, 0, rows, visible, units, 0, 0, 0, workspace);
    functions.contrastiveDivergence(v0, h0, end, h1, direction, negative, rows, visible, units, workspace);
    this.#climb(direction, rows);
    return error;
  }

  /** Kernel and biases follow a direction that was summed over rows. Biases do not decay. */
  #climb(direction: number, rows: number): void {
    const { units, learningRate, momentum, weightDecay } = this.#config;
    const kernel = this.#learnt.pointer;
    const velocity = kernel + this.#weightBytes;
    const size = this.#visible * units;
    const bytes = 4 * size;
    const rate = learningRate / rows;
    const { climb } = unsupervisedKernels();
    climb(kernel, velocity, direction, rate, weightDecay * rows, momentum, size);
    climb(kernel + bytes, velocity + bytes, direction + bytes, rate, 0, momentum, this.#visible + units);
  }
}
