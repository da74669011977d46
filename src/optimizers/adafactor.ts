import { finiteNumber, flag, invalidOption, positive } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { optimizerKernels } from "../runtime/kernels/optimizers.js";
import { kernels } from "../runtime/runtime.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./optimizer.js";
import { slotsLike } from "./slots.js";
import type { Slot, TrainedWeight, WeightSlots } from "./slots.js";

/** Options of `optimizers.adafactor`. */
export interface AdafactorOptions extends OptimizerOptions {
  /** The means of the squares forget as 1 - step^beta2Decay, which is below 0. Default -0.8. */
  beta2Decay?: number;
  /** Added to squares of gradients. Default 1e-30. */
  epsilon1?: number;
  /** Weights whose root mean square is smaller than this count as so large. Default 1e-3. */
  epsilon2?: number;
  /** The largest root mean square of a direction. Default 1. */
  clipThreshold?: number;
  /** Rates above 1 / sqrt(step) are lowered to that. In Keras 3 they are in any case. Default true. */
  relativeStep?: boolean;
}

/**
 * Adam's divisor from the means of rows and columns alone, which take little memory, and steps relative to
 * the size of the weight (Shazeer and Stern 2018; Keras's Adafactor). Weights of fewer than two axes keep a
 * divisor for each value.
 */
export class Adafactor extends Optimizer {
  readonly name = "adafactor";
  /** The option `beta2Decay`. */
  readonly beta2Decay: number;
  /** The option `epsilon1`. */
  readonly epsilon1: number;
  /** The option `epsilon2`. */
  readonly epsilon2: number;
  /** The option `clipThreshold`. */
  readonly clipThreshold: number;
  /** The option `relativeStep`. */
  readonly relativeStep: boolean;
  #relativeRate = 0;
  #oneMinusBeta2 = 0;

  constructor(options: AdafactorOptions = {}) {
    const known = ["beta2Decay", "epsilon1", "epsilon2", "clipThreshold", "relativeStep"];
    super("optimizers.adafactor", options, known, { learningRate: 0.001 });
    this.beta2Decay = finiteNumber("beta2Decay", options.beta2Decay ?? -0.8);
    if (this.beta2Decay >= 0) {
      throw invalidOption("beta2Decay", "a number below 0", options.beta2Decay);
    }
    this.epsilon1 = positive("epsilon1", options.epsilon1 ?? 1e-30);
    this.epsilon2 = positive("epsilon2", options.epsilon2 ?? 1e-3);
    this.clipThreshold = positive("clipThreshold", options.clipThreshold ?? 1);
    this.relativeStep = flag("relativeStep", options.relativeStep ?? true);
  }

  /** @internal */
  override slots(weight: TrainedWeight): Slot[] {
    const { shape } = weight;
    if (shape.length < 2) return slotsLike(weight, "velocity");
    return [
      { name: "rowVelocity", shape: shape.slice(0, -1) },
      { name: "columnVelocity", shape: [...shape.slice(0, -2), ...shape.slice(-1)] },
    ];
  }

  protected override beginStep(step: number): void {
    this.#relativeRate = Math.min(this.learningRate, 1 / Math.sqrt(step));
    this.#oneMinusBeta2 = kernels().pow64(step, this.beta2Decay);
  }

  /** @internal */
  override update(k: Kernels, weight: number, gradient: number, slots: WeightSlots): void {
    const { shape, size } = slots;
    const rate = Math.max(this.epsilon2, rootMeanSquare(k, weight, size)) * this.#relativeRate;
    if (shape.length < 2) {
      optimizerKernels().adafactorUnfactored(gradient, slots.at(0), size, this.#oneMinusBeta2, this.epsilon1);
    } else {
      const rows = shape[shape.length - 2];
      const columns = shape[shape.length - 1];
      optimizerKernels().adafactorFactored(
        gradient,
        slots.at(0),
        slots.at(1),
        size / (rows * columns),
        rows,
        columns,
        this.#oneMinusBeta2,
        this.epsilon1,
      );
    }
    const excess = Math.max(1, rootMeanSquare(k, gradient, size) / this.clipThreshold);
    k.sgd(slots.row, 1, rate / excess, 0, 0);
  }

  override getConfig(): Record<string, unknown> {
    const { beta2Decay, epsilon1, epsilon2, clipThreshold, relativeStep } = this;
    return { ...super.getConfig(), beta2Decay, epsilon1, epsilon2, clipThreshold, relativeStep };
  }
}

function rootMeanSquare(k: Kernels, x: number, count: number): number {
  return Math.sqrt(k.sumOfSquares(x, count) / count);
}
