import { LanegradError, showShape } from "../errors.js";
import { checkKeys } from "../options.js";
import { fromValues } from "../tensor/tensor.js";
import type { TensorLike } from "../tensor/tensor.js";
import { ratio } from "./metric.js";
import { nameOption } from "./names.js";
import type { NameOption } from "./names.js";

/** The sum or the mean of values that a program hands over by itself; not for `compile`. */
export class Reduction {
  /** Its name: that which it was given, or "mean" or "sum". */
  readonly name: string;
  readonly #isMean: boolean;
  #total = 0;
  #weight = 0;

  /** @internal */
  constructor(metric: "mean" | "sum", options: NameOption = {}) {
    checkKeys(`metrics.${metric}`, options, ["name"]);
    this.name = nameOption(options, metric);
    this.#isMean = metric === "mean";
  }

  /**
   * Adds values.
   *
   * @param values a number or numbers of any shape
   * @param sampleWeight a weight for each of the values, or for each place of their first axis; default 1
   * @throws LanegradError SHAPE_MISMATCH if there are as many weights as neither
   */
  update(values: TensorLike, sampleWeight?: TensorLike): void {
    const { data, shape } = fromValues(values, "values");
    const samples = shape[0] ?? 1;
    const weights = sampleWeight === undefined ? undefined : fromValues(sampleWeight, "sampleWeight");
    if (weights !== undefined && weights.size !== data.length && weights.size !== samples) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `sampleWeight must have ${samples} values for values of shape ${showShape(shape)}, or as many as those. Received: shape ${showShape(weights.shape)}`,
      );
    }
    const valuesPerWeight = weights === undefined ? 1 : data.length / weights.size;
    // A mean counts samples, whatever their size, as in Keras.
    const share = this.#isMean && data.length > 0 ? samples / data.length : 1;
    for (let i = 0; i < data.length; i++) {
      const weight = share * (weights?.data[Math.floor(i / valuesPerWeight)] ?? 1);
      this.#total += weight * data[i];
      this.#weight += weight;
    }
  }

  /** The value over everything since the last reset; 0 before. */
  result(): number {
    return this.#isMean ? ratio(this.#total, this.#weight) : this.#total;
  }

  /** Starts again from nothing. */
  reset(): void {
    this.#total = 0;
    this.#weight = 0;
  }

  /** What it is and its name. */
  getConfig(): Record<string, unknown> {
    return { metric: this.#isMean ? "mean" : "sum", name: this.name };
  }
}
