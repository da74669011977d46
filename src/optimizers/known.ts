// The optimizers that are found by name: all. In dist/modules known.bundle.ts takes the place of this file.
import { MultiOptimizer } from "./multi.js";
import type { MultiOptions } from "./multi.js";
import type { Optimizer } from "./optimizer.js";
import type { OptimizerSpec } from "./spec.js";

export * from "./factories.js";

/** `optimizers.multi`, with what makes the optimizers that it names. */
export const multi = (
  options: MultiOptions,
  toOptimizer: (spec: OptimizerSpec) => Optimizer,
): MultiOptimizer => new MultiOptimizer(options, toOptimizer);
