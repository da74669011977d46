import { fraction, positive } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { optimizerKernels } from "../runtime/kernels/optimizers.js";
import { kernels } from "../runtime/runtime.js";
import { biasCorrection } from "./biasCorrection.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./optimizer.js";
import { slotsLike } from "./slots.js";
import type { Slot, TrainedWeight, WeightSlots } from "./slots.js";

/** Options of `optimizers.nadam`. */
export interface NadamOptions extends OptimizerOptions {
  /** How slowly the mean of the gradients follows, after a warm-up. Default 0.9. */
  beta1?: number;
  /** How slowly the mean of their squares follows. Default 0.999. */
  beta2?: number;
  /** Default 1e-7. */
  epsilon?: number;
}

/** The warm-up of beta1 in Keras: u_t = beta1 (1 - 0.96^t / 2). */
const WARMUP_BASE = 0.96;

/** From here on 0.96^t / 2 is below half an ulp of 1, and a factor of the warm-up is 1. */
const WARMUP_STEPS = 1000;

/** Adam with Nesterov's look ahead (Dozat 2016; Keras's Nadam, with its warm-up of beta1). */
export class Nadam extends Optimizer {
  readonly name = "nadam";
  /** The option `beta1`. */
  readonly beta1: number;
  /** The option `beta2`. */
  readonly beta2: number;
  /** The option `epsilon`. */
  readonly epsilon: number;
  #meanFactor = 0;
  #gradientFactor = 0;
  #squareFactor = 0;
  #warmupStep = 0;
  #warmupProduct = 1;

  constructor(options: NadamOptions = {}) {
    super("optimizers.nadam", options, ["beta1", "beta2", "epsilon"], { learningRate: 0.001 });
    this.beta1 = fraction("beta1", options.beta1 ?? 0.9);
    this.beta2 = fraction("beta2", options.beta2 ?? 0.999);
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-7);
  }

  /** @internal */
  override slots(weight: TrainedWeight): Slot[] {
    return slotsLike(weight, "momentum", "velocity");
  }

  protected override beginStep(step: number): void {
    const k = kernels();
    const { beta1, beta2, learningRate } = this;
    const now = warmup(k, step);
    const next = warmup(k, step + 1);
    // The product u_1 u_2 ... u_t, made of the step alone: two models may share this optimizer.
    const product = k.pow64(beta1, step) * this.#warmupUpTo(k, step);
    const nextProduct = product * beta1 * next;
    this.#meanFactor = (learningRate * beta1 * next) / (1 - nextProduct);
    this.#gradientFactor = (learningRate * (1 - beta1 * now)) / (1 - product);
    this.#squareFactor = 1 / biasCorrection(beta2, step);
  }

  /** The product of warmup(1) ... warmup(step), continued from the last call where that is possible. */
  #warmupUpTo(k: Kernels, step: number): number {
    const last = Math.min(step, WARMUP_STEPS);
    if (last < this.#warmupStep) {
      this.#warmupStep = 0;
      this.#warmupProduct = 1;
    }
    while (this.#warmupStep < last) this.#warmupProduct *= warmup(k, ++this.#warmupStep);
    return this.#warmupProduct;
  }

  /** @internal */
  override update(_k: Kernels, weight: number, gradient: number, slots: WeightSlots): void {
    optimizerKernels().nadam(
      weight,
      gradient,
      slots.at(0),
      slots.at(1),
      slots.size,
      this.#meanFactor,
      this.#gradientFactor,
      this.#squareFactor,
      1 - this.beta1,
      1 - this.beta2,
      this.epsilon,
    );
  }

  override getConfig(): Record<string, unknown> {
    const { beta1, beta2, epsilon } = this;
    return { ...super.getConfig(), beta1, beta2, epsilon };
  }
}

function warmup(k: Kernels, step: number): number {
  return 1 - 0.5 * k.pow64(WARMUP_BASE, step);
}
