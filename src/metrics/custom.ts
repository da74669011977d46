import { checkKeys, nonNegativeInteger, textOption } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { memory } from "../runtime/runtime.js";
import { checkOwnMethod } from "../saving/ownMethods.js";
import { nameOfPart } from "../saving/registry.js";
import type { MetricBatch } from "./batch.js";
import { Metric } from "./metric.js";

/** What a metric of one's own tells its base class. */
export interface CustomMetricOptions {
  /** The key in histories. */
  name: string;
  /** How many float64 numbers `state` holds. */
  stateSize: number;
  /** Whether labels are class indices, one for each row. Default false. */
  sparse?: boolean;
}

/** Arrays that show a part of linear memory, made anew only when it is another part. */
class View {
  #array: Float32Array = new Float32Array(0);
  #epoch = 0;
  #pointer = 0;

  of(pointer: number, count: number): Float32Array {
    const { epoch, floats } = memory();
    if (this.#epoch !== epoch || this.#pointer !== pointer || this.#array.length !== count) {
      this.#array = floats.subarray(pointer >>> 2, (pointer >>> 2) + count);
      this.#epoch = epoch;
      this.#pointer = pointer;
    }
    return this.#array;
  }
}

/**
 * A metric of one's own. A subclass adds each batch to `state` in `updateState` and reads it in `result`;
 * everything that changes from batch to batch belongs in `state`, which is kept aside while `evaluate` runs
 * during a `fit`. Each compiled model works on a copy of the metric, made by `copy`: it shares all other
 * fields, which must be ordinary ones (no `#private` names), unless the subclass makes its own.
 *
 * ```ts
 * class Bias extends metrics.CustomMetric {
 *   constructor() {
 *     super({ name: "bias", stateSize: 2 });
 *   }
 *   updateState(yTrue: Float32Array, yPred: Float32Array) {
 *     for (let i = 0; i < yPred.length; i++) this.state[0] += yPred[i] - yTrue[i];
 *     this.state[1] += yPred.length;
 *   }
 *   result() {
 *     return this.state[0] / this.state[1];
 *   }
 * }
 * ```
 */
export abstract class CustomMetric extends Metric {
  /** What has been added up since the last reset, in double precision; all 0 then. */
  declare protected state: Float64Array;
  private readonly sparse: boolean;
  private views = [new View(), new View(), new View()] as const;

  /** @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION */
  constructor(options: CustomMetricOptions) {
    checkKeys("a custom metric", options, ["name", "stateSize", "sparse"]);
    super(textOption("name", options.name), nonNegativeInteger("stateSize", options.stateSize));
    this.sparse = options.sparse ?? false;
  }

  /**
   * Adds a batch to `state`. The arrays show memory of the kernels: they are true during the call only, and
   * must not be written to.
   *
   * @param yTrue labels, [rows, columns], or [rows] for a sparse metric
   * @param yPred predictions, [rows, columns]
   * @param sampleWeight a weight for each sample, or for each place within these where such were given, where there
   * are weights; that of row i is sampleWeight[Math.floor((i * sampleWeight.length) / rows)]
   */
  abstract updateState(
    yTrue: Float32Array,
    yPred: Float32Array,
    rows: number,
    columns: number,
    sampleWeight?: Float32Array,
  ): void;

  /** A metric with the same fields, and a `state` of its own in which nothing has been added up. */
  override copy(): this {
    const copied = Object.assign(Object.create(Object.getPrototypeOf(this)) as this, this);
    copied.state = new Float64Array(this.state.length);
    copied.columns = 0;
    copied.views = [new View(), new View(), new View()];
    return copied;
  }

  /** @internal */
  override get readsAnyLabels(): boolean {
    return true;
  }

  /** The option `sparse`: whether labels are class indices. */
  override isSparse(): boolean {
    return this.sparse;
  }

  /** The name of the class and the key; a subclass with options of its own adds them. */
  override getConfig(): Record<string, unknown> {
    return { metric: nameOfPart(this), name: this.name };
  }

  /** @internal */
  override accumulate(_k: Kernels, batch: MetricBatch): void {
    const { rows, columns, sampleWeight, rowsPerWeight } = batch;
    const [yTrue, yPred, weights] = this.views;
    checkOwnMethod(this, "updateState");
    checkOwnMethod(this, "result");
    this.updateState(
      yTrue.of(batch.yTrue, this.sparse ? rows : rows * columns),
      yPred.of(batch.yPred, rows * columns),
      rows,
      columns,
      sampleWeight === 0 ? undefined : weights.of(sampleWeight, rows / rowsPerWeight),
    );
  }
}
