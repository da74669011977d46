// The optimizers that are found by name: all. In dist/modules known.bundle.ts takes the place of this file.
import * as factories from "./factories.js";
import { MultiOptimizer } from "./multi.js";
import type { MultiOptions } from "./multi.js";
import type { Optimizer } from "./optimizer.js";
import type { OptimizerSpec } from "./spec.js";

export const known = {
  ...factories,
  /** `optimizers.multi`, with what makes the optimizers that it names. */
  multi: (options: MultiOptions, toOptimizer: (spec: OptimizerSpec) => Optimizer): MultiOptimizer =>
    new MultiOptimizer(options, toOptimizer),
};
