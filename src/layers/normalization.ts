import { LanegradError, show, showShape } from "../errors.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import { toInitializer } from "../initializers/spec.js";
import { finiteNumber, flag, invalidOption, nonNegative } from "../options.js";
import { memory } from "../runtime/runtime.js";
import { fromValues, Tensor } from "../tensor/tensor.js";
import type { TensorLike } from "../tensor/tensor.js";
import { ColumnMapLayer } from "./columnMap.js";
import type { LayerOptions } from "./layer.js";
import { commonLength, fillColumns, perColumn } from "./rescaling.js";
import type { PerColumn } from "./rescaling.js";

/** Options of `layers.normalization`. */
export interface NormalizationOptions extends LayerOptions {
  /** The axis of the features; only the last one is supported. Default -1. */
  axis?: number;
  /** The mean of each feature, or one for all; with `variance`. Default: what `adapt` finds. */
  mean?: PerColumn;
  /** The variance of each feature, or one for all; with `mean`. Default: what `adapt` finds. */
  variance?: PerColumn;
  /** Whether to bring normalised values back instead. Default false. */
  invert?: boolean;
}

/** The smallest standard deviation to divide by: Keras's epsilon. */
const SMALLEST_DEVIATION = 1e-7;

/** The count of a layer that knows no statistics: Keras's is never negative. */
const NOT_ADAPTED = -1;

interface Statistics {
  readonly mean: Weight;
  readonly variance: Weight;
  readonly count: Weight;
}

/**
 * Brings every feature (last axis) to mean 0 and variance 1 by statistics of the training data:
 * y = (x - mean) / max(sqrt(variance), 1e-7), or back again (Keras's Normalization). Training does not change
 * the statistics: give them, or call `adapt` before the model is used.
 */
export class Normalization extends ColumnMapLayer {
  readonly className = "Normalization";
  /** The option `mean`. */
  readonly mean: PerColumn | undefined;
  /** The option `variance`. */
  readonly variance: PerColumn | undefined;
  /** The option `invert`. */
  readonly invert: boolean;
  /** The length of `mean` or `variance`; undefined if one number serves all features. */
  readonly #length: number | undefined;
  #statistics: Statistics | undefined;
  #constants: Float32Array = new Float32Array(0);
  /** How often weights had been written when the constants were computed. */
  #writesAtConstants = -1;

  constructor(options: NormalizationOptions = {}) {
    super("normalization", options, ["axis", "mean", "variance", "invert"]);
    // In Keras null is one mean of all features, so it must not pass for the default.
    const { axis = -1, mean, variance } = options;
    if (axis !== -1) throw invalidOption("axis", "-1: features are the last axis", axis);
    this.invert = flag("invert", options.invert ?? false);
    if ((mean === undefined) !== (variance === undefined)) {
      throw new LanegradError(
        "INVALID_OPTION",
        `mean and variance must be given together. Received: mean=${show(mean)}, variance=${show(variance)}`,
      );
    }
    if (mean === undefined) return;
    this.mean = perColumn("mean", mean, finiteNumber);
    this.variance = perColumn("variance", variance, nonNegative);
    this.#length = commonLength({ mean: this.mean, variance: this.variance });
    this.#constants = this.#constantsFrom(this.mean, this.variance, this.#length ?? 1);
  }

  protected override build(inputShapes: readonly Shape[]): void {
    if (this.mean !== undefined) return;
    const shape = [this.checkColumns(this.single(inputShapes))];
    const statistic = (name: string, sizes: readonly number[], value: number): Weight =>
      this.addWeight({
        name,
        shape: sizes,
        initializer: toInitializer(name, { name: "constant", value }),
        isTrained: false,
      });
    this.#statistics = {
      mean: statistic("mean", shape, 0),
      variance: statistic("variance", shape, 1),
      count: statistic("count", [], NOT_ADAPTED),
    };
  }

  /**
   * Computes mean and variance of each feature, over all other axes, in double precision. Models that have the
   * layer work with them from now on. May be called again, for other data.
   *
   * @param data [rows, ..., features]
   * @throws LanegradError SHAPE_MISMATCH if the features are not as many as before; INVALID_DATA if there are
   * no rows; INVALID_OPTION if mean and variance were given
   */
  adapt(data: TensorLike): void {
    if (this.mean !== undefined) {
      throw new LanegradError(
        "INVALID_OPTION",
        `${this.name} was given its mean and variance, so there is nothing to adapt. Received: a call of adapt`,
      );
    }
    const values = fromValues(data, "data");
    const columns = this.checkColumns(values.shape, this.#statistics?.mean.size);
    if (values.size === 0) {
      throw new LanegradError(
        "INVALID_DATA",
        `data must have at least one row. Received: shape ${showShape(values.shape)}`,
      );
    }
    this.buildOnce([[null, ...values.shape.slice(1)]]);
    const { mean, variance, count } = this.#statistics as Statistics;
    const found = statisticsOf(values.data, columns);
    this.writeWeight(mean, new Tensor(found.mean, [columns]));
    this.writeWeight(variance, new Tensor(found.variance, [columns]));
    this.writeWeight(count, new Tensor(Float32Array.of(values.size / columns), []));
  }

  override constants(): Float32Array {
    if (this.#statistics === undefined) return this.#constants;
    // Who writes one of them writes all.
    const { mean, variance, count } = this.#statistics;
    if (this.#writesAtConstants === count.writes) return this.#constants;
    const { floats } = memory();
    if (floats[count.address >>> 2] === NOT_ADAPTED) {
      throw new LanegradError(
        "NOT_BUILT",
        `${this.name} must know the data it is to normalise: call its adapt(data), or give it mean and variance. Received: a call before adapt`,
      );
    }
    const read = ({ address, size }: Weight): number[] =>
      Array.from(floats.subarray(address >>> 2, (address >>> 2) + size));
    this.#constants = this.#constantsFrom(read(mean), read(variance), mean.size);
    this.#writesAtConstants = count.writes;
    return this.#constants;
  }

  protected override columnsOf(inputShape: Shape): number {
    if (this.mean === undefined) return this.checkColumns(inputShape, this.#statistics?.mean.size);
    return this.#length === undefined ? 1 : this.checkColumns(inputShape, this.#length);
  }

  override getConfig(): Record<string, unknown> {
    const { mean, variance, invert } = this;
    return { ...super.getConfig(), axis: -1, mean, variance, invert };
  }

  #constantsFrom(mean: PerColumn, variance: PerColumn | undefined, length: number): Float32Array {
    const constants = new Float32Array(3 * length);
    const scales = constants.subarray(length, 2 * length);
    fillColumns(scales, variance ?? 1);
    scales.forEach((value, i) => {
      const deviation = Math.max(Math.sqrt(value), SMALLEST_DEVIATION);
      scales[i] = this.invert ? deviation : 1 / deviation;
    });
    fillColumns(constants.subarray(this.invert ? 2 * length : 0, this.invert ? 3 * length : length), mean);
    return constants;
  }
}

/** The mean of each column and the mean square of what differs from it: two passes, nothing cancels. */
function statisticsOf(values: Float32Array, columns: number): { mean: Float32Array; variance: Float32Array } {
  const rows = values.length / columns;
  const mean = new Float64Array(columns);
  const variance = new Float64Array(columns);
  for (let i = 0; i < values.length; i++) mean[i % columns] += values[i];
  for (let j = 0; j < columns; j++) mean[j] /= rows;
  for (let i = 0; i < values.length; i++) {
    const difference = values[i] - mean[i % columns];
    variance[i % columns] += (difference * difference) / rows;
  }
  return { mean: Float32Array.from(mean), variance: Float32Array.from(variance) };
}
