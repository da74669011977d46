import { flag, fraction } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./optimizer.js";
import { slotsLike } from "./slots.js";
import type { Slot, TrainedWeight } from "./slots.js";

/** Options of `optimizers.sgd`. */
export interface SgdOptions extends OptimizerOptions {
  /** The share of the last step that is taken again. Default 0. */
  momentum?: number;
  /** Look ahead along the momentum (Nesterov 1983). Default false. */
  nesterov?: boolean;
}

/**
 * Gradient descent: w -= learningRate * g. With momentum: m = momentum * m - learningRate * g; w += m,
 * or w += momentum * m - learningRate * g with Nesterov's look ahead (Keras's SGD).
 */
export class Sgd extends Optimizer {
  readonly name = "sgd";
  /** The option `momentum`. */
  readonly momentum: number;
  /** The option `nesterov`. */
  readonly nesterov: boolean;

  constructor(options: SgdOptions = {}) {
    super("optimizers.sgd", options, ["momentum", "nesterov"], { learningRate: 0.01 });
    this.momentum = fraction("momentum", options.momentum ?? 0);
    this.nesterov = flag("nesterov", options.nesterov ?? false);
  }

  /** @internal */
  override slots(weight: TrainedWeight): Slot[] {
    return this.momentum === 0 ? [] : slotsLike(weight, "momentum");
  }

  /** @internal */
  override updateAll(k: Kernels, table: number, rows: number): void {
    const { learningRate, momentum, nesterov } = this;
    k.sgd(table, rows, learningRate, momentum, nesterov ? 1 : 0);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), momentum: this.momentum, nesterov: this.nesterov };
  }
}
