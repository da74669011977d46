// The numbers behind diagnostics, taken inside training steps.
import type { Layer } from "../layers/layer.js";
import type { StepObserver, Training } from "../models/trainer.js";
import { align } from "../runtime/allocator.js";
import { Block } from "../runtime/memory.js";
import { freeWithOwner, kernels, memory } from "../runtime/runtime.js";
import type { DeadUnits } from "./deadUnits.js";

/** What the recorder tells while steps are under way. */
export interface RecorderListener {
  /** The gradient norm of a layer in a sampled step of the fit, counted from 1. */
  onGradientNorm(layer: number, norm: number, step: number): void;
  onNaN(message: string): void;
}

/** Sums over the sampled steps of an epoch, for one layer. */
class LayerSums {
  gradientNorm = 0;
  weightNorm = 0;
  updateRatio = 0;
  /** Sampled steps in which the weights were not all zero: those that have a ratio. */
  ratios = 0;
}

/** The means over the sampled steps of an epoch; null if there were none. */
export interface LayerMeans {
  readonly gradientNorm: number | null;
  readonly weightNorm: number | null;
  readonly updateRatio: number | null;
}

/**
 * Looks at the steps of one fit: at dead units in every step, at norms in every `stride`-th. The norm of an
 * update needs the weights before it; they are copied to a block of the recorder's own.
 */
export class StepRecorder implements StepObserver {
  readonly block: Block;
  /** The layers that have trained weights, in the order of the network. */
  readonly layers: readonly Layer[];

  readonly #deadUnits: DeadUnits;
  readonly #listener: RecorderListener;
  /** For each trained weight, its layer's position in `layers` and its place in the block, in bytes. */
  readonly #layerOf: readonly number[];
  readonly #offsets: readonly number[];
  readonly #sums: readonly LayerSums[];
  /** Sums of squares of the layers in one step: gradients, weights, updates. */
  readonly #squares: Float64Array;
  readonly #sizes: readonly number[];
  #stride = 1;
  #phase = 0;
  #stepOfEpoch = 0;
  #stepOfFit = 0;
  #samples = 0;
  #isSampled = false;

  constructor({ trained }: Training, deadUnits: DeadUnits, listener: RecorderListener) {
    this.layers = [...new Set(trained.map(({ layer }) => layer))];
    this.#layerOf = trained.map(({ layer }) => this.layers.indexOf(layer));
    this.#sizes = trained.map(({ weight }) => weight.size);
    this.#sums = this.layers.map(() => new LayerSums());
    this.#squares = new Float64Array(3 * this.layers.length);
    this.#deadUnits = deadUnits;
    this.#listener = listener;
    let bytes = align(4 * Math.max(1, deadUnits.columns));
    this.#offsets = this.#sizes.map((size) => {
      const offset = bytes;
      bytes += align(4 * size);
      return offset;
    });
    this.block = new Block(bytes, true);
    freeWithOwner(this, this.block);
  }

  /** @param steps how many the epoch will have, if that is known; @param samples how many to look at */
  beginEpoch(steps: number | undefined, samples: number): void {
    // Counted from the end, so that the last step is among them; where its end is unknown, every tenth.
    this.#stride = steps === undefined ? samples : Math.max(1, Math.ceil(steps / samples));
    this.#phase = steps === undefined ? 0 : (steps - 1) % this.#stride;
    this.#stepOfEpoch = 0;
    this.#samples = 0;
    for (const sums of this.#sums) {
      sums.gradientNorm = 0;
      sums.weightNorm = 0;
      sums.updateRatio = 0;
      sums.ratios = 0;
    }
    this.#deadUnits.reset();
  }

  afterForward({ lossPlan }: Training, loss: number): void {
    this.#stepOfFit++;
    this.#isSampled = this.#stepOfEpoch++ % this.#stride === this.#phase;
    this.#deadUnits.look(this.block.pointer, lossPlan.plan.context.rows, loss);
  }

  afterBackward({ weights, gradients }: Training): void {
    if (!this.#isSampled) return;
    const k = kernels();
    const squares = this.#squares.fill(0);
    const count = this.layers.length;
    for (let i = 0; i < weights.length; i++) {
      const copy = this.block.pointer + this.#offsets[i];
      k.copy(copy, weights[i].address, this.#sizes[i]);
      squares[this.#layerOf[i]] += k.sumOfSquares(gradients[i].address, this.#sizes[i]);
      squares[count + this.#layerOf[i]] += k.sumOfSquares(copy, this.#sizes[i]);
    }
    for (let layer = 0; layer < count; layer++) {
      this.#listener.onGradientNorm(layer, Math.sqrt(squares[layer]), this.#stepOfFit);
    }
  }

  afterUpdate({ weights }: Training): void {
    if (!this.#isSampled) return;
    const k = kernels();
    const count = this.layers.length;
    for (let i = 0; i < weights.length; i++) {
      const copy = this.block.pointer + this.#offsets[i];
      // A row of one column for each weight: the sum of the squares of the differences.
      this.#squares[2 * count + this.#layerOf[i]] += k.meanSquaredErrorLoss(
        copy,
        weights[i].address,
        0,
        0,
        0,
        this.#sizes[i],
        1,
        1,
        0,
        0,
        0,
      );
    }
    for (let layer = 0; layer < count; layer++) this.#add(this.#sums[layer], layer, count);
    this.#samples++;
  }

  onNaN(message: string): void {
    this.#listener.onNaN(message);
  }

  /** What a layer of `layers` did in this epoch. */
  meansOf(layer: number): LayerMeans {
    const { gradientNorm, weightNorm, updateRatio, ratios } = this.#sums[layer];
    const mean = (sum: number, count: number): number | null => (count === 0 ? null : sum / count);
    return {
      gradientNorm: mean(gradientNorm, this.#samples),
      weightNorm: mean(weightNorm, this.#samples),
      updateRatio: mean(updateRatio, ratios),
    };
  }

  /** Gives the memory back. */
  release(): void {
    memory().release(this.block);
  }

  #add(sums: LayerSums, layer: number, count: number): void {
    const weightNorm = Math.sqrt(this.#squares[count + layer]);
    sums.gradientNorm += Math.sqrt(this.#squares[layer]);
    sums.weightNorm += weightNorm;
    if (weightNorm === 0) return;
    sums.updateRatio += Math.sqrt(this.#squares[2 * count + layer]) / weightNorm;
    sums.ratios++;
  }
}
