import type { Loss } from "../losses/index.js";
import { checkKeys, finiteNumber, positiveInteger } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { metricKernels } from "../runtime/kernels/metrics.js";
import type { MetricBatch } from "./batch.js";
import { MeanMetric } from "./mean.js";
import { nameOption } from "./names.js";
import type { NameOption } from "./names.js";

/** How predictions become decisions. */
export type AccuracyKind = "binary" | "categorical" | "sparse";

/** Options of `metrics.binaryAccuracy`. */
export interface BinaryAccuracyOptions extends NameOption {
  /** Above which an output counts as yes. Default 0.5. */
  threshold?: number;
}

/** Options of `metrics.topKCategoricalAccuracy` and its sparse form. */
export interface TopKAccuracyOptions extends NameOption {
  /** How many of the largest outputs count as an answer. Default 5. */
  k?: number;
}

/** Losses for several outputs that are independent of each other, each of them a yes or a no. */
const INDEPENDENT = ["binaryCrossentropy", "binaryFocalCrossentropy", "perceptron"];

/** The share of right decisions. */
export class Accuracy extends MeanMetric {
  #kind: AccuracyKind | undefined;
  readonly #metric: string;
  readonly #adapts: boolean;
  #threshold: number;

  /**
   * @param metric which accuracy it is, for configurations
   * @param kind what labels and predictions are; undefined: found from their shapes at the first batch
   * @param threshold above which a binary prediction counts as yes
   */
  constructor(metric: string, name: string, kind: AccuracyKind | undefined, threshold = 0.5) {
    super(name);
    this.#metric = metric;
    this.#kind = kind;
    this.#adapts = kind === undefined;
    this.#threshold = threshold;
  }

  override copy(): Accuracy {
    return new Accuracy(
      this.#metric,
      this.name,
      this.#adapts ? undefined : this.#kind,
      this.#adapts ? 0.5 : this.#threshold,
    );
  }

  override getConfig(): Record<string, unknown> {
    const config = { metric: this.#metric, name: this.name };
    return this.#metric === "binaryAccuracy" ? { ...config, threshold: this.#threshold } : config;
  }

  override get adapts(): boolean {
    return this.#adapts;
  }

  /**
   * "accuracy" as the loss and the shapes mean it. Keras goes by the shapes alone; the loss is asked as
   * well so that several independent outputs count one by one, and logits, like the outputs of losses for
   * labels -1 and 1, are cut at 0, not at 0.5.
   */
  override settle(loss: Loss, columns: number): void {
    if (!this.#adapts) return;
    if (columns === 1 || INDEPENDENT.includes(loss.name)) {
      this.#kind = "binary";
      this.#threshold = loss.fromLogits || loss.labels === "signs" ? 0 : 0.5;
    } else this.#kind = loss.labels === "classIndices" ? "sparse" : "categorical";
  }

  override isSparse(): boolean {
    return this.#kind === "sparse";
  }

  protected override sum(k: Kernels, batch: MetricBatch): number {
    const { yTrue, yPred, rows, columns, sampleWeight, rowsPerWeight } = batch;
    if (this.#kind === "binary")
      return k.binaryAccuracySum(yTrue, yPred, rows, columns, this.#threshold, sampleWeight, rowsPerWeight);
    if (this.#kind === "sparse")
      return k.sparseCategoricalAccuracySum(yTrue, yPred, rows, columns, sampleWeight, rowsPerWeight);
    return k.categoricalAccuracySum(yTrue, yPred, rows, columns, sampleWeight, rowsPerWeight);
  }

  /** As Keras resolves "accuracy": one output is binary, one label for several outputs is sparse. */
  protected override resolve(labels: number, rows: number, columns: number): void {
    if (this.#adapts) this.#kind = columns === 1 ? "binary" : labels === rows ? "sparse" : "categorical";
  }
}

/** The share of rows whose class is among the k largest outputs; equal outputs share their rank. */
export class TopKAccuracy extends MeanMetric {
  readonly #metric: string;
  readonly #k: number;
  readonly #isSparse: boolean;

  constructor(metric: string, isSparse: boolean, options: TopKAccuracyOptions = {}) {
    checkKeys(`metrics.${metric}`, options, ["name", "k"]);
    super(nameOption(options, metric));
    this.#metric = metric;
    this.#isSparse = isSparse;
    this.#k = positiveInteger("k", options.k ?? 5);
  }

  override copy(): TopKAccuracy {
    return new TopKAccuracy(this.#metric, this.#isSparse, { name: this.name, k: this.#k });
  }

  override getConfig(): Record<string, unknown> {
    return { metric: this.#metric, name: this.name, k: this.#k };
  }

  override isSparse(): boolean {
    return this.#isSparse;
  }

  protected override sum(_k: Kernels, batch: MetricBatch): number {
    const { yTrue, yPred, rows, columns, sampleWeight, rowsPerWeight } = batch;
    return metricKernels().topKAccuracySum(
      yTrue,
      yPred,
      rows,
      columns,
      this.#k,
      this.#isSparse,
      sampleWeight,
      rowsPerWeight,
    );
  }
}

/** @internal An accuracy by options: `threshold` for the binary one, `name` for all. */
export function accuracyOf(
  metric: string,
  kind: AccuracyKind | undefined,
  options: BinaryAccuracyOptions,
): Accuracy {
  const isBinary = kind === "binary";
  checkKeys(`metrics.${metric}`, options, isBinary ? ["name", "threshold"] : ["name"]);
  const threshold = finiteNumber("threshold", options.threshold ?? 0.5);
  return new Accuracy(metric, nameOption(options, metric), kind, threshold);
}
