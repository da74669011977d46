import { numbersInColumn, Scaler } from "./scaler.js";
import type { ColumnMap } from "./scaler.js";
import { numbersOf } from "./table.js";
import type { Table } from "./table.js";

/** What a StandardScaler learns, as plain JSON. */
export interface StandardScalerState {
  /** What it is a state of. */
  readonly className: "StandardScaler";
  /** The mean of each column. */
  readonly mean: readonly number[];
  /** The population variance of each column. */
  readonly variance: readonly number[];
}

/**
 * Brings each column to mean 0 and standard deviation 1: (x - mean) / scale.
 *
 * The scale is the population standard deviation (divided by n), or 1 where a column is constant.
 * Formulas and the test for a constant column are those of scikit-learn's StandardScaler.
 */
export class StandardScaler extends Scaler {
  private learnt?: { mean: number[]; variance: number[]; scale: number[] };

  /** The mean of each column. @throws LanegradError NOT_BUILT before fit */
  get mean(): readonly number[] {
    return this.state("mean").mean;
  }

  /** The population variance of each column. @throws LanegradError NOT_BUILT before fit */
  get variance(): readonly number[] {
    return this.state("variance").variance;
  }

  /** What each column is divided by. @throws LanegradError NOT_BUILT before fit */
  get scale(): readonly number[] {
    return this.state("scale").scale;
  }

  /** What was learnt, for `JSON.stringify`. @throws LanegradError NOT_BUILT before fit */
  toJSON(): StandardScalerState {
    const { mean, variance } = this.state("toJSON");
    return { className: "StandardScaler", mean: [...mean], variance: [...variance] };
  }

  /**
   * A scaler with what another one had learnt.
   *
   * @param state what `toJSON` gave, perhaps by way of `JSON.parse`
   * @throws LanegradError INVALID_DATA if it is anything else
   */
  static fromJSON(state: unknown): StandardScaler {
    const scaler = new StandardScaler();
    const mean = numbersOf(state, "StandardScaler", "mean");
    const variance = numbersOf(state, "StandardScaler", "variance", mean.length);
    scaler.learnt = { mean, variance, scale: variance.map(scaleFor) };
    return scaler;
  }

  /** @internal */
  protected override learn(table: Table): void {
    const columns = Array.from({ length: table.columns }, (_, column) =>
      meanAndVariance(numbersInColumn(table, column)),
    );
    const variance = columns.map((column) => column.variance);
    this.learnt = { mean: columns.map((column) => column.mean), variance, scale: variance.map(scaleFor) };
  }

  /** @internal */
  protected override columnMap(): ColumnMap | undefined {
    return this.learnt && { center: this.learnt.mean, scale: this.learnt.scale, low: 0 };
  }

  private state(method: string): NonNullable<StandardScaler["learnt"]> {
    this.fitted(method);
    return this.learnt!;
  }
}

/** A scaler that brings each column to mean 0 and standard deviation 1; see {@link StandardScaler}. */
export function standardScaler(): StandardScaler {
  return new StandardScaler();
}

function scaleFor(variance: number): number {
  return variance === 0 ? 1 : Math.sqrt(variance);
}

/**
 * Mean and population variance in two passes, with the second pass corrected for the rounding of the
 * mean. A variance that rounding alone explains counts as 0: one column of equal values whose mean
 * cannot be written exactly is still constant.
 */
function meanAndVariance(numbers: Float64Array): { mean: number; variance: number } {
  const count = numbers.length;
  let sum = 0;
  for (const value of numbers) sum += value;
  const mean = sum / count;
  let deviations = 0;
  let squares = 0;
  for (const value of numbers) {
    deviations += value - mean;
    squares += (value - mean) * (value - mean);
  }
  const variance = (squares - (deviations * deviations) / count) / count;
  const rounding = count * Number.EPSILON * mean;
  const isConstant = variance <= count * Number.EPSILON * variance + rounding * rounding;
  return { mean, variance: isConstant ? 0 : variance };
}
