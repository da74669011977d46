import type { Kernels } from "../runtime/kernels/index.js";
import { Metric } from "./metric.js";

/** How predictions become decisions. */
export type AccuracyKind = "binary" | "categorical" | "sparse";

/** The share of right decisions. */
export class Accuracy extends Metric {
  #kind: AccuracyKind | undefined;
  readonly #adapts: boolean;
  #threshold: number;

  /**
   * @param kind what labels and predictions are; undefined: found from their shapes at the first batch
   * @param threshold above which a binary prediction counts as yes
   */
  constructor(name: string, kind: AccuracyKind | undefined, threshold = 0.5) {
    super(name);
    this.#kind = kind;
    this.#adapts = kind === undefined;
    this.#threshold = threshold;
  }

  override copy(): Metric {
    return new Accuracy(this.name, this.#adapts ? undefined : this.#kind, this.#threshold);
  }

  /** @internal Whether the shapes or the loss of a model decide what kind it is. */
  get adapts(): boolean {
    return this.#adapts;
  }

  /** @internal Settles what kind it is, for a model. */
  settle(kind: AccuracyKind, threshold: number): void {
    this.#kind = kind;
    this.#threshold = threshold;
  }

  override isSparse(): boolean {
    return this.#kind === "sparse";
  }

  protected override sum(k: Kernels, yTrue: number, yPred: number, rows: number, columns: number): number {
    if (this.#kind === "binary") return k.binaryAccuracySum(yTrue, yPred, rows, columns, this.#threshold);
    if (this.#kind === "sparse") return k.sparseCategoricalAccuracySum(yTrue, yPred, rows, columns);
    return k.categoricalAccuracySum(yTrue, yPred, rows, columns);
  }

  /** As Keras resolves "accuracy": one output is binary, one label for several outputs is sparse. */
  protected override resolve(labels: number, rows: number, columns: number): void {
    if (this.#adapts) this.#kind = columns === 1 ? "binary" : labels === rows ? "sparse" : "categorical";
  }
}
