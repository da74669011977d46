import { flag, fraction, positive } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./optimizer.js";
import { slotsLike } from "./slots.js";
import type { Slot, TrainedWeight } from "./slots.js";

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
  /** The option `rho`. */
  readonly rho: number;
  /** The option `momentum`. */
  readonly momentum: number;
  /** The option `epsilon`. */
  readonly epsilon: number;
  /** The option `centered`. */
  readonly centered: boolean;

  constructor(options: RmspropOptions = {}) {
    super("optimizers.rmsprop", options, ["rho", "momentum", "epsilon", "centered"], { learningRate: 0.001 });
    this.rho = fraction("rho", options.rho ?? 0.9);
    this.momentum = fraction("momentum", options.momentum ?? 0);
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-7);
    this.centered = flag("centered", options.centered ?? false);
  }

  /** @internal */
  override slots(weight: TrainedWeight): Slot[] {
    const names = ["velocity"];
    if (this.momentum > 0) names.push("momentum");
    if (this.centered) names.push("averageGradient");
    return slotsLike(weight, ...names);
  }

  /** @internal */
  override updateAll(k: Kernels, table: number, rows: number): void {
    const { learningRate, rho, momentum, epsilon, centered } = this;
    k.rmsprop(table, rows, learningRate, rho, momentum, epsilon, centered ? 1 : 0);
  }

  override getConfig(): Record<string, unknown> {
    const { rho, momentum, epsilon, centered } = this;
    return { ...super.getConfig(), rho, momentum, epsilon, centered };
  }
}
