import { LanegradError, show } from "../errors.js";
import { camelCase } from "../registry.js";

const REDUCTIONS = ["sumOverBatchSize", "sum", "mean", "meanWithSampleWeight"] as const;

/** How the losses of a batch become one number, in camelCase. */
export type ReductionName = (typeof REDUCTIONS)[number];

/**
 * How the losses of a batch become one number: "sumOverBatchSize", the sum of weight times loss divided by
 * the number of losses, and "mean", the same; "sum", not divided; "meanWithSampleWeight", divided by the sum
 * of the weights. Keras's snake_case works too.
 */
export type Reduction = ReductionName | "sum_over_batch_size" | "mean_with_sample_weight";

/**
 * Checks a reduction; undefined is the default.
 *
 * @throws LanegradError INVALID_OPTION
 */
export function toReduction(value: unknown = "sumOverBatchSize"): ReductionName {
  const plain = typeof value === "string" ? camelCase(value) : value;
  const found = REDUCTIONS.find((name) => name === plain);
  if (found !== undefined) return found;
  const hint =
    plain === "none" || plain === null ? " The losses one by one are loss.perSample(yTrue, yPred)." : "";
  throw new LanegradError(
    "INVALID_OPTION",
    `reduction must be one of ${REDUCTIONS.join(", ")}.${hint} Received: reduction=${show(value)}`,
  );
}
