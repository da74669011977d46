import { checkKeys, invalidOption } from "../options.js";
import { numbersInColumn, Scaler } from "./scaler.js";
import type { ColumnMap } from "./scaler.js";
import { numbersOf } from "./table.js";
import type { Table } from "./table.js";

/** Options of {@link minMaxScaler}. */
export interface MinMaxScalerOptions {
  /** Where the smallest and the largest value of a column go; default [0, 1]. */
  featureRange?: readonly [low: number, high: number];
}

/** What a MinMaxScaler learns, as plain JSON. */
export interface MinMaxScalerState {
  /** What it is a state of. */
  readonly className: "MinMaxScaler";
  /** Where the smallest and the largest value of a column go. */
  readonly featureRange: readonly [low: number, high: number];
  /** The smallest value of each column. */
  readonly min: readonly number[];
  /** The largest value of each column. */
  readonly max: readonly number[];
}

/**
 * Brings each column into a range: (x - min) / (max - min) · (high - low) + low. A constant column
 * goes to the low end, and new values in it move by their distance from the constant. Values beyond
 * those that `fit` saw go beyond the range. Formulas: scikit-learn's MinMaxScaler.
 */
export class MinMaxScaler extends Scaler {
  /** Where the smallest and the largest value of a column go. */
  readonly featureRange: readonly [low: number, high: number];
  private learnt?: { min: number[]; max: number[] };

  /** @internal Use `minMaxScaler()`. */
  constructor(featureRange: readonly [number, number]) {
    super();
    this.featureRange = featureRange;
  }

  /** The smallest value of each column. @throws LanegradError NOT_BUILT before fit */
  get min(): readonly number[] {
    return this.state("min").min;
  }

  /** The largest value of each column. @throws LanegradError NOT_BUILT before fit */
  get max(): readonly number[] {
    return this.state("max").max;
  }

  /** What was learnt, for `JSON.stringify`. @throws LanegradError NOT_BUILT before fit */
  toJSON(): MinMaxScalerState {
    const { min, max } = this.state("toJSON");
    return { className: "MinMaxScaler", featureRange: this.featureRange, min: [...min], max: [...max] };
  }

  /**
   * A scaler with what another one had learnt.
   *
   * @param state what `toJSON` gave, perhaps by way of `JSON.parse`
   * @throws LanegradError INVALID_DATA if it is anything else
   */
  static fromJSON(state: unknown): MinMaxScaler {
    const [low, high] = numbersOf(state, "MinMaxScaler", "featureRange", 2);
    const scaler = minMaxScaler({ featureRange: [low, high] });
    const min = numbersOf(state, "MinMaxScaler", "min");
    const max = numbersOf(state, "MinMaxScaler", "max", min.length);
    scaler.learnt = { min, max };
    return scaler;
  }

  /** @internal */
  protected override learn(table: Table): void {
    const min: number[] = [];
    const max: number[] = [];
    for (let column = 0; column < table.columns; column++) {
      const numbers = numbersInColumn(table, column);
      min.push(numbers.reduce((smallest, value) => Math.min(smallest, value)));
      max.push(numbers.reduce((largest, value) => Math.max(largest, value)));
    }
    this.learnt = { min, max };
  }

  /** @internal */
  protected override columnMap(): ColumnMap | undefined {
    if (this.learnt === undefined) return undefined;
    const { min, max } = this.learnt;
    const [low, high] = this.featureRange;
    const scale = min.map((smallest, column) => rangeOf(smallest, max[column]) / (high - low));
    return { center: min, scale, low };
  }

  private state(method: string): NonNullable<MinMaxScaler["learnt"]> {
    this.fitted(method);
    return this.learnt!;
  }
}

/**
 * What a column is divided by: its range, or 1 where the column is constant but for rounding. As in scikit-learn a
 * range below ten roundings counts as none, but roundings of the values rather than of 1, so that columns of small
 * numbers keep theirs.
 */
function rangeOf(min: number, max: number): number {
  const rounding = Number.EPSILON * Math.max(Math.abs(min), Math.abs(max));
  return max - min <= 10 * rounding ? 1 : max - min;
}

/**
 * A scaler that brings each column into a range; see {@link MinMaxScaler}.
 *
 * @throws LanegradError INVALID_OPTION if featureRange is not two finite numbers, the lower first
 */
export function minMaxScaler(options: MinMaxScalerOptions = {}): MinMaxScaler {
  checkKeys("minMaxScaler", options, ["featureRange"]);
  const { featureRange = [0, 1] } = options;
  const isRange =
    Array.isArray(featureRange) && featureRange.length === 2 && featureRange.every(Number.isFinite);
  if (!isRange || featureRange[0] >= featureRange[1]) {
    throw invalidOption("featureRange", "two finite numbers, the lower first", featureRange);
  }
  return new MinMaxScaler([featureRange[0], featureRange[1]]);
}
