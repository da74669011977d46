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

/** Options of `metrics.binaryCrossentropy` and `metrics.categoricalCrossentropy`. */
export interface CrossentropyMetricOptions extends NameOption, CrossentropyOptions {}

/** Options of `metrics.sparseCategoricalCrossentropy`. */
export interface SparseCrossentropyMetricOptions extends NameOption, SparseCrossentropyOptions {}

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
    const { name, ...ofLoss } = options;
    super(nameOption({ name }, kind ?? "crossentropy"));
    this.#kind = kind;
    this.#options = ofLoss;
    if (kind === undefined) checkKeys("metrics.crossentropy", ofLoss, []);
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
    const isSparse = loss.labels === "classIndices";
    this.#choose(this.#kind ?? kindOf(isBinary, isSparse), loss.fromLogits);
  }

  protected override resolve(labels: number, rows: number, columns: number): void {
    if (this.#kind === undefined) this.#choose(kindOf(columns === 1, labels === rows), false);
  }

  #choose(kind: CrossentropyKind, fromLogits: boolean): void {
    const options = { ...this.#options, fromLogits: this.#options.fromLogits ?? fromLogits };
    this.#loss = new crossentropies[kind](options);
  }

  override isSparse(): boolean {
    return this.#loss.labels === "classIndices";
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
