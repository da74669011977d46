import { LanegradError, show } from "../errors.js";
import { checkKeys, finiteNumber, nonNegative } from "../options.js";
import { Schedule } from "./schedule.js";

/** Options of `schedules.piecewiseConstantDecay`. */
export interface PiecewiseConstantDecayOptions {
  /** The last step of each value but the last, rising. */
  boundaries: readonly number[];
  /** The rates, one more than there are boundaries. */
  values: readonly number[];
}

/** values[0] up to and including the step boundaries[0], then values[1], and so on (Keras's PiecewiseConstantDecay). */
export class PiecewiseConstantDecay extends Schedule {
  /** The option `boundaries`. */
  readonly boundaries: readonly number[];
  /** The option `values`. */
  readonly values: readonly number[];

  constructor(options: PiecewiseConstantDecayOptions) {
    super();
    checkKeys("schedules.piecewiseConstantDecay", options, ["boundaries", "values"]);
    const { boundaries, values } = options;
    if (!Array.isArray(boundaries) || !Array.isArray(values) || values.length !== boundaries.length + 1) {
      throw new LanegradError(
        "INVALID_OPTION",
        `values must be an array with one number more than boundaries. Received: boundaries=${show(boundaries)}, values=${show(values)}`,
      );
    }
    this.boundaries = boundaries.map((boundary, i) => finiteNumber(`boundaries[${i}]`, boundary));
    this.values = values.map((value, i) => nonNegative(`values[${i}]`, value));
    if (this.boundaries.some((boundary, i) => i > 0 && boundary <= this.boundaries[i - 1])) {
      throw new LanegradError(
        "INVALID_OPTION",
        `boundaries must rise. Received: boundaries=${show(boundaries)}`,
      );
    }
  }

  override at(step: number): number {
    let i = 0;
    while (i < this.boundaries.length && step > this.boundaries[i]) i++;
    return this.values[i];
  }

  override getConfig(): Record<string, unknown> {
    return { name: "piecewiseConstantDecay", boundaries: [...this.boundaries], values: [...this.values] };
  }
}
