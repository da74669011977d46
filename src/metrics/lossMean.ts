import { checkLabels } from "../losses/labels.js";
import type { Loss } from "../losses/index.js";
import type { KernelLoss } from "../losses/kernelLoss.js";
import {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  SparseCategoricalCrossentropy,
} from "../losses/crossentropy.js";
import type { CrossentropyOptions, SparseCrossentropyOptions } from "../losses/crossentropy.js";
import { checkKeys } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import type { MetricBatch } from "./batch.js";
import { MeanMetric } from "./mean.js";
import { nameOption } from "./names.js";
import type { NameOption } from "./names.js";

/** What predictions of a cross-entropy are. */
interface LogitsOption extends NameOption {
  /**
   * Whether predictions are logits (no sigmoid or softmax at the end of the model). Default: in a model what its loss
   * says, else false.
   */
  fromLogits?: boolean;
}

/** Options of `metrics.binaryCrossentropy` and `metrics.categoricalCrossentropy`. */
export interface CrossentropyMetricOptions
  extends LogitsOption, Pick<CrossentropyOptions, "labelSmoothing" | "axis"> {}

/** Options of `metrics.sparseCategoricalCrossentropy`. */
export interface SparseCrossentropyMetricOptions
  extends LogitsOption, Pick<SparseCrossentropyOptions, "ignoreClass" | "axis"> {}

/** What a metric does with the mean of its loss. */
export type Transform = "none" | "negative" | "root";

/** The weighted mean of a loss over the rows, or what becomes of it. */
export class LossMean extends MeanMetric {
  readonly #metric: string;
  readonly #transform: Transform;
  readonly #loss: KernelLoss;

  constructor(metric: string, loss: KernelLoss, transform: Transform, options: NameOption = {}) {
    checkKeys(`metrics.${metric}`, options, ["name"]);
    super(nameOption(options, metric));
    this.#metric = metric;
    this.#loss = loss;
    this.#transform = transform;
  }

  override copy(): LossMean {
    return new LossMean(this.#metric, this.#loss, this.#transform, { name: this.name });
  }

  override getConfig(): Record<string, unknown> {
    return { metric: this.#metric, name: this.name };
  }

  override isSparse(): boolean {
    return false;
  }

  override result(): number {
    const mean = super.result();
    if (this.#transform === "root") return Math.sqrt(mean);
    return this.#transform === "negative" ? 0 - mean : mean;
  }

  protected override checkLabels(labels: Float32Array, columns: number): void {
    checkLabels(this.#loss, labels, columns, "yTrue");
  }

  protected override sum(k: Kernels, batch: MetricBatch): number {
    return sumOfLoss(k, this.#loss, batch);
  }
}

/** The cross-entropies, which exist of probabilities and of logits. */
const crossentropies = {
  binaryCrossentropy: BinaryCrossentropy,
  categoricalCrossentropy: CategoricalCrossentropy,
  sparseCategoricalCrossentropy: SparseCategoricalCrossentropy,
};

/** The names of the cross-entropies; "crossentropy" becomes one of them by the loss. */
export type CrossentropyKind = keyof typeof crossentropies;

/**
 * A cross-entropy as a metric. Where `fromLogits` is not given, a model's predictions are logits if its
 * loss says so.
 */
export class CrossentropyMean extends MeanMetric {
  readonly #kind: CrossentropyKind | undefined;
  readonly #options: CrossentropyMetricOptions;
  #loss: KernelLoss;

  /** @param kind which one; undefined: the one that fits the loss or, without a model, the shapes */
  constructor(kind: CrossentropyKind | undefined, options: CrossentropyMetricOptions = {}) {
    const metric = kind ?? "crossentropy";
    const own = metric === "sparseCategoricalCrossentropy" ? "ignoreClass" : "labelSmoothing";
    checkKeys(
      `metrics.${metric}`,
      options,
      kind === undefined ? ["name"] : ["name", "fromLogits", own, "axis"],
    );
    super(nameOption(options, metric));
    const { name: _, ...ofLoss } = options;
    this.#kind = kind;
    this.#options = ofLoss;
    this.#loss = new crossentropies[kind ?? "categoricalCrossentropy"](ofLoss);
  }

  override copy(): CrossentropyMean {
    return new CrossentropyMean(this.#kind, { ...this.#options, name: this.name });
  }

  override getConfig(): Record<string, unknown> {
    return { metric: this.#kind ?? "crossentropy", ...this.#options, name: this.name };
  }

  override get adapts(): boolean {
    return this.#kind === undefined;
  }

  override settle(loss: Loss, columns: number): void {
    const isBinary = columns === 1 || loss.name === "binaryCrossentropy";
    const fromLogits = this.#options.fromLogits ?? loss.fromLogits;
    const Crossentropy = crossentropies[this.#kind ?? kindOf(isBinary, loss.isSparse)];
    this.#loss = new Crossentropy({ ...this.#options, fromLogits });
  }

  protected override resolve(labels: number, rows: number, columns: number): void {
    if (this.#kind === undefined) this.#loss = new crossentropies[kindOf(columns === 1, labels === rows)]();
  }

  override isSparse(): boolean {
    return this.#loss.isSparse;
  }

  protected override checkLabels(labels: Float32Array, columns: number): void {
    checkLabels(this.#loss, labels, columns, "yTrue");
  }

  protected override sum(k: Kernels, batch: MetricBatch): number {
    return sumOfLoss(k, this.#loss, batch);
  }

  /** As in Keras rows of the ignored class have no weight where there are weights, and else that of any other. */
  override accumulate(k: Kernels, batch: MetricBatch): void {
    const { ignoreClass } = this.#loss;
    const { yTrue, sampleWeight, rows, rowsPerWeight } = batch;
    if (ignoreClass === null || sampleWeight === 0) return super.accumulate(k, batch);
    this.state[0] += this.sum(k, batch);
    this.state[1] += k.sumOfRowWeights(sampleWeight, rows, rowsPerWeight, yTrue, ignoreClass);
  }
}

function kindOf(isBinary: boolean, isSparse: boolean): CrossentropyKind {
  if (isBinary) return "binaryCrossentropy";
  return isSparse ? "sparseCategoricalCrossentropy" : "categoricalCrossentropy";
}

/** The weighted sum of a loss over the rows of a batch, without its gradient. */
function sumOfLoss(k: Kernels, loss: KernelLoss, batch: MetricBatch): number {
  const { yTrue, yPred, sampleWeight, rows, columns, rowsPerWeight } = batch;
  return loss.kernel(k)(yTrue, yPred, sampleWeight, 0, 0, rows, columns, rowsPerWeight, 0, loss.a, loss.b);
}
