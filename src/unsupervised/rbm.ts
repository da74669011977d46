import { LanegradError, show, showShape } from "../errors.js";
import type { History } from "../models/history.js";
import { positiveInteger, seedNumber } from "../options.js";
import { align } from "../runtime/allocator.js";
import { unsupervisedKernels } from "../runtime/kernels/unsupervised.js";
import { deriveKey, keyOfSeed, Purpose } from "../runtime/random.js";
import { kernels, memory } from "../runtime/runtime.js";
import { fromValues, Tensor } from "../tensor/tensor.js";
import type { TensorLike } from "../tensor/tensor.js";
import { NetworkFile, writeNetwork } from "./file.js";
import { readRbmOptions } from "./rbmOptions.js";
import type { RbmConfig, RbmOptions } from "./rbmOptions.js";
import { RbmScratch } from "./rbmScratch.js";
import { readRows } from "./rows.js";
import { readFitOptions, runEpochs } from "./trainMap.js";
import type { UnsupervisedFitOptions } from "./trainMap.js";
import { RbmTrainer } from "./trainRbm.js";
import type { RbmLogs, RbmState } from "./trainRbm.js";

/** What files say they are. */
const KIND = "rbm";

/** The standard deviation of the kernel's first values (Hinton, A Practical Guide to Training RBMs, 2010). */
const FIRST_DEVIATION = 0.01;

/** A restricted Boltzmann machine with binary visible and hidden units; see {@link rbm}. */
export class RestrictedBoltzmannMachine {
  readonly #config: RbmConfig;
  #visible = 0;
  #epoch = 0;
  #state: RbmState | undefined;
  #isFitting = false;

  /** @internal */
  constructor(options: RbmOptions) {
    this.#config = readRbmOptions(options);
  }

  /** The number of hidden units. */
  get units(): number {
    return this.#config.units;
  }

  /**
   * Copies of the kernel [visible, units], the visible bias [visible] and the hidden bias [units].
   *
   * @throws LanegradError NOT_BUILT before fit or setWeights
   */
  getWeights(): Tensor[] {
    const { weights } = this.#built("getWeights");
    let at = 0;
    return this.#shapes().map((shape) => {
      const start = at;
      at += shape.reduce((size, n) => size * n, 1);
      return new Tensor(weights.slice(start, at), shape);
    });
  }

  /**
   * Sets kernel, visible bias and hidden bias; what training remembers besides is forgotten.
   *
   * @throws LanegradError SHAPE_MISMATCH for other shapes, INVALID_DATA for values that are not finite, BUSY while fit runs
   */
  setWeights(weights: readonly TensorLike[]): void {
    this.#refuseWhileFitting("setWeights");
    if (!Array.isArray(weights)) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `setWeights takes 3 arrays: kernel, visible bias and hidden bias. Received: ${show(weights)}`,
      );
    }
    const given = weights.map((values, i) => fromValues(values, `weights[${i}]`));
    const visible = given[0]?.shape[0] ?? 0;
    const wanted = [`${visible},${this.units}`, `${visible}`, `${this.units}`];
    if (given.length !== 3 || visible === 0 || given.some(({ shape }, i) => shape.join() !== wanted[i])) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `weights must have the shapes [visible, ${this.units}], [visible] and [${this.units}]. Received: ${given.map(({ shape }) => showShape(shape)).join(", ") || "no weights"}`,
      );
    }
    if (given.some(({ data }) => !data.every(Number.isFinite))) {
      throw new LanegradError("INVALID_DATA", "weights must be finite. Received: a value that is not");
    }
    const flat = new Float32Array(given.reduce((size, one) => size + one.size, 0));
    flat.set(given[0].data);
    flat.set(given[1].data, given[0].size);
    flat.set(given[2].data, given[0].size + visible);
    this.#begin(visible, flat);
  }

  /**
   * Trains, from where the last call ended. The same seed and the same calls give the same bits.
   *
   * @param x [rows, visible], from 0 to 1: values between are taken as probabilities
   * @returns for each epoch the `reconstructionError`
   * @throws LanegradError (the promise rejects) SHAPE_MISMATCH or INVALID_DATA for wrong data, UNKNOWN_OPTION, BUSY while
   * a fit of this machine runs
   */
  async fit(x: TensorLike, options: UnsupervisedFitOptions<RbmLogs> = {}): Promise<History> {
    this.#refuseWhileFitting("fit");
    const settings = readFitOptions(options);
    const rows = readUnits(x, this.#state && this.#visible);
    const state = this.#state ?? this.#begin(rows.shape[1]);
    const trainer = new RbmTrainer(this.#config, state, rows);
    this.#isFitting = true;
    try {
      return await runEpochs(this.#epoch, this.#config.epochs, settings, async (epoch) => {
        const logs = await trainer.epoch(epoch);
        this.#epoch = epoch + 1;
        return logs;
      });
    } finally {
      this.#isFitting = false;
      trainer.release();
    }
  }

  /**
   * The probabilities of the hidden units given rows, [rows, units].
   *
   * @throws LanegradError NOT_BUILT before fit or setWeights, SHAPE_MISMATCH or INVALID_DATA for wrong data
   */
  transform(x: TensorLike): Tensor {
    const at = this.#place(this.#read(x, "transform"));
    at.hidden(0);
    return at.taken(at.h);
  }

  /** The probabilities of the visible units given those of the hidden ones, [rows, visible]. Throws what transform throws. */
  reconstruct(x: TensorLike): Tensor {
    const at = this.#place(this.#read(x, "reconstruct"));
    at.hidden(0);
    at.visible(at.h, 0);
    return at.taken(at.p);
  }

  /**
   * The free energy of each row, [rows]: -v.visibleBias - the sum over the hidden units of ln(1 + e^z), with
   * z = v.kernel + hiddenBias. The probability of a row falls with e to its power. Throws what transform throws.
   */
  freeEnergy(x: TensorLike): Tensor {
    return this.#place(this.#read(x, "freeEnergy")).freeEnergies();
  }

  /**
   * Draws rows by Gibbs sampling, [count, visible]: of 0 and 1, or, with `visibleStates: "probabilities"`, of these.
   *
   * @param steps rounds of sampling, from visible units that are 1 with probability 0.5
   * @param seed default: that of the machine. The same seed gives the same rows.
   * @throws LanegradError NOT_BUILT before fit or setWeights, INVALID_OPTION
   */
  sample(count: number, steps: number, seed: number = this.#config.seed): Tensor {
    const n = positiveInteger("count", count);
    const rounds = positiveInteger("steps", steps);
    const key = deriveKey(keyOfSeed(seedNumber("seed", seed)), Purpose.sample, 0);
    this.#built("sample");
    const at = this.#place(new Tensor(new Float32Array(n * this.#visible), [n, this.#visible]));
    at.runChains(rounds, key, this.#config.visibleStates === "probabilities");
    return at.taken(at.v);
  }

  /**
   * The machine as a safetensors file: `kernel`, `visibleBias`, `hiddenBias`, what momentum remembers and the chains, with
   * options and progress in the metadata, so that training goes on as if it had not stopped. The same state gives
   * the same bytes.
   *
   * @throws LanegradError NOT_BUILT before fit or setWeights, BUSY while fit runs
   */
  save(): Uint8Array<ArrayBuffer> {
    this.#refuseWhileFitting("save");
    const { velocity, chain, step } = this.#built("save");
    const [kernel, visibleBias, hiddenBias] = this.getWeights();
    const tensors = Object.entries({ kernel, visibleBias, hiddenBias }).map(([name, { shape, data }]) => ({
      name,
      shape,
      values: data,
    }));
    tensors.push({ name: "velocity", shape: [velocity.length], values: velocity });
    tensors.push({ name: "chain", shape: [chain.length], values: chain });
    return writeNetwork(KIND, { options: this.#config, epoch: this.#epoch, step }, tensors);
  }

  /**
   * The machine of a file that `save` wrote.
   *
   * @throws LanegradError INVALID_FILE for a file that is damaged or of something else, INVALID_DATA for no bytes
   */
  static load(bytes: Uint8Array | ArrayBuffer): RestrictedBoltzmannMachine {
    const file = new NetworkFile(bytes, KIND);
    const { options, epoch, step } = Object(file.config) as {
      options: RbmOptions;
      epoch: number;
      step: number;
    };
    return file.checked(() => {
      const machine = new RestrictedBoltzmannMachine(options);
      const visible = file.sizeOf("visibleBias");
      const [kernel, visibleBias, hiddenBias, velocity, chain] = file.tensors({
        kernel: [visible, machine.units],
        visibleBias: [visible],
        hiddenBias: [machine.units],
        velocity: [visible * machine.units + visible + machine.units],
        chain: [machine.#chainLength(visible)],
      });
      machine.setWeights([kernel, visibleBias, hiddenBias]);
      machine.#state = {
        weights: machine.#state!.weights,
        velocity: velocity.data,
        chain: chain.data,
        step: seedNumber("step", step),
      };
      machine.#epoch = seedNumber("epoch", epoch);
      return machine;
    });
  }

  #shapes(): number[][] {
    return [[this.#visible, this.units], [this.#visible], [this.units]];
  }

  #chainLength(visible: number): number {
    return this.#config.persistent ? this.#config.batchSize * visible : 0;
  }

  /** A new state: weights as given or drawn, chains drawn with probability 0.5. */
  #begin(visible: number, given?: Float32Array): RbmState {
    const size = visible * this.units;
    const count = size + visible + this.units;
    const length = this.#chainLength(visible);
    const seed = keyOfSeed(this.#config.seed);
    const [key0, key1] = deriveKey(seed, Purpose.weights, 0);
    const [chain0, chain1] = deriveKey(seed, Purpose.weights, 1);
    const pointer = memory().scratch(align(4 * Math.max(size, length)) + 4 * length);
    const chain = pointer + align(4 * Math.max(size, length));
    kernels().randomNormal(pointer, size, 0, FIRST_DEVIATION, key0, key1, 0);
    const weights = given ?? new Float32Array(count);
    if (given === undefined) weights.set(memory().floats.subarray(pointer >>> 2, (pointer >>> 2) + size));
    memory().floats.fill(0, pointer >>> 2, (pointer >>> 2) + length);
    unsupervisedKernels().fireUnits(pointer, chain, length, chain0, chain1, 0);
    this.#visible = visible;
    this.#epoch = 0;
    this.#state = {
      weights,
      velocity: new Float32Array(count),
      chain: memory().floats.slice(chain >>> 2, (chain >>> 2) + length),
      step: 0,
    };
    return this.#state;
  }

  #read(x: TensorLike, method: string): Tensor {
    this.#built(method);
    return readUnits(x, this.#visible);
  }

  /** Brings weights and rows to scratch memory. */
  #place(rows: Tensor): RbmScratch {
    return new RbmScratch(this.#state!.weights, this.#visible, this.units, rows);
  }

  #refuseWhileFitting(method: string): void {
    if (!this.#isFitting) return;
    throw new LanegradError(
      "BUSY",
      `${method} must wait for the fit of this machine that runs. Received: a call`,
    );
  }

  #built(method: string): RbmState {
    if (this.#state !== undefined) return this.#state;
    throw new LanegradError(
      "NOT_BUILT",
      `${method} needs weights. Call fit(x) or setWeights first. Received: a machine that was not fitted`,
    );
  }
}

/** Rows of values from 0 to 1. */
function readUnits(x: TensorLike, visible: number | undefined): Tensor {
  const rows = readRows(x, "x", visible);
  const at = rows.data.findIndex((value) => value < 0 || value > 1);
  if (at < 0) return rows;
  const width = rows.shape[1];
  throw new LanegradError(
    "INVALID_DATA",
    `x must lie from 0 to 1 in row ${Math.floor(at / width)}, column ${at % width}: scale it before. Received: ${rows.data[at]}`,
  );
}

/**
 * Makes a restricted Boltzmann machine with binary units (Smolensky 1986), trained by contrastive divergence (Hinton 2002):
 * kernel += learningRate ((v0T.h0 - v1T.h1) / rows - weightDecay kernel), with h0 and h1 probabilities and v1 where k rounds
 * of Gibbs sampling arrive from the data, or, persistent, from where the last step left them (Tieleman 2008).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export function rbm(options: RbmOptions): RestrictedBoltzmannMachine {
  return new RestrictedBoltzmannMachine(options);
}
