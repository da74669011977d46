import type { LossSpec } from "../losses/index.js";
import type { MetricSpec } from "../metrics/index.js";
import type { OptimizerSpec } from "../optimizers/index.js";
import type { Data } from "./rows.js";

/** Rows for each batch where nobody says otherwise, as in Keras. */
export const DEFAULT_BATCH = 32;

/** Options of `compile`. */
export interface CompileOptions {
  /** Default "rmsprop", as in Keras. */
  optimizer?: OptimizerSpec;
  /** What training makes small. */
  loss: LossSpec;
  /** What is measured besides. Default none. */
  metrics?: readonly MetricSpec[];
}

/** Options of `evaluate` and `testOnBatch`. */
export interface EvaluateOptions {
  /** Default 32. */
  batchSize?: number;
  /** A factor on the loss of each row. */
  sampleWeight?: Data;
}
