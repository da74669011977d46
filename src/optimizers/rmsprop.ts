import { flag, fraction, positive } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./optimizer.js";

/** Options of `optimizers.rmsprop`. */
export interface RmspropOptions extends OptimizerOptions {
  /** How slowly the mean of the squares follows. Default 0.9. */
  rho?: number;
  /** Default 0. */
  momentum?: number;
  /** Default 1e-7. */
  epsilon?: number;
  /** Divide by the deviation rather than the root of the mean square. Default false. */
  centered?: boolean;
}

/**
 * Divides each gradient by the root of a running mean of its squares (Hinton 2012; Keras's RMSprop,
 * which adds epsilon under the root).
 */
export class Rmsprop extends Optimizer {
  readonly name = "rmsprop";
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;
  readonly slots: number;

  constructor(options: RmspropOptions = {}) {
    super("optimizers.rmsprop", options, ["rho", "momentum", "epsilon", "centered"], { learningRate: 0.001 });
    this.rho = fraction("rho", options.rho ?? 0.9);
    this.momentum = fraction("momentum", options.momentum ?? 0);
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-7);
    this.centered = flag("centered", options.centered ?? false);
    this.slots = 1 + (this.centered ? 1 : 0) + (this.momentum > 0 ? 1 : 0);
  }

  override update(
    k: Kernels,
    weight: number,
    gradient: number,
    slots: number,
    slotBytes: number,
    count: number,
  ): void {
    const meanGradient = this.centered ? slots + slotBytes : 0;
    const momentumBuffer = this.momentum > 0 ? slots + slotBytes * (this.slots - 1) : 0;
    const { learningRate, rho, momentum, epsilon } = this;
    k.rmsprop(
      weight,
      gradient,
      slots,
      meanGradient,
      momentumBuffer,
      count,
      learningRate,
      rho,
      momentum,
      epsilon,
    );
  }

  override getConfig(): Record<string, unknown> {
    const { rho, momentum, epsilon, centered } = this;
    return { ...super.getConfig(), rho, momentum, epsilon, centered };
  }
}
