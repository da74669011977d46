import { LanegradError } from "../errors.js";
import type { Loss } from "../losses/index.js";
import { checkKeys, finiteNumber, flag, invalidOption } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { metricKernels } from "../runtime/kernels/metrics.js";
import type { MetricBatch } from "./batch.js";
import { logit } from "./decisions.js";
import { addFrom, Metric } from "./metric.js";
import { classCount, nameOption } from "./names.js";
import type { NameOption } from "./names.js";

/** Options of `metrics.binaryIoU`. */
export interface BinaryIoUOptions extends NameOption {
  /** Whose intersection over union is averaged: of class 0, 1 or both. Default [0, 1]. */
  targetClassIds?: readonly number[];
  /**
   * From where on a prediction is class 1. Default 0.5. With a binary cross-entropy from logits it is
   * still a probability: 0.5 cuts logits at 0.
   */
  threshold?: number;
}

/** Options of `metrics.oneHotMeanIoU`. */
export interface OneHotMeanIoUOptions extends NameOption {
  /** The number of classes, at most 4096. */
  numClasses: number;
  /** A class whose rows are left out, by their labels. Default none. */
  ignoreClass?: number;
  /** Whether predictions are class indices rather than an output for each class. Default false. */
  sparseYPred?: boolean;
}

/** Options of `metrics.meanIoU`. */
export interface MeanIoUOptions extends OneHotMeanIoUOptions {
  /** Whether labels are class indices rather than one-hot rows. Default true. */
  sparseYTrue?: boolean;
  /** Whether predictions are class indices rather than an output for each class. Default true, as in Keras. */
  sparseYPred?: boolean;
}

/** Options of `metrics.ioU`. */
export interface IoUOptions extends MeanIoUOptions {
  /** The classes whose intersection over union is averaged. */
  targetClassIds: readonly number[];
}

/** Options of `metrics.oneHotIoU`. */
export interface OneHotIoUOptions extends OneHotMeanIoUOptions {
  /** The classes whose intersection over union is averaged. */
  targetClassIds: readonly number[];
}

/** Which of the measures it is. */
export type IoUKind = "binaryIoU" | "meanIoU" | "oneHotMeanIoU" | "ioU" | "oneHotIoU";

/** What keeps ratios from 0 / 0, as in Keras. */
const EPSILON = 1e-7;

/** A class with less weight than this in labels and predictions is left out of the mean, as in Keras. */
const SMALLEST_UNION = 1e-9;

const keysOf: Record<IoUKind, readonly string[]> = {
  binaryIoU: ["targetClassIds", "threshold"],
  meanIoU: ["numClasses", "ignoreClass", "sparseYTrue", "sparseYPred"],
  oneHotMeanIoU: ["numClasses", "ignoreClass", "sparseYPred"],
  ioU: ["numClasses", "targetClassIds", "ignoreClass", "sparseYTrue", "sparseYPred"],
  oneHotIoU: ["numClasses", "targetClassIds", "ignoreClass", "sparseYPred"],
};

/**
 * Intersection over union of classes, TP / (TP + FP + FN), averaged over those that occur. The state is a
 * confusion matrix. Unlike Keras, whose matrix holds whole numbers by default, sample weights count as they are.
 */
export class IoU extends Metric {
  readonly #kind: IoUKind;
  readonly #options: Partial<IoUOptions & BinaryIoUOptions>;
  readonly #classes: number;
  readonly #targets: readonly number[];
  readonly #sparseTrue: boolean;
  readonly #sparsePred: boolean;
  #threshold: number;

  constructor(kind: IoUKind, options: Partial<IoUOptions & BinaryIoUOptions> = {}) {
    checkKeys(`metrics.${kind}`, options, ["name", ...keysOf[kind]]);
    const isBinary = kind === "binaryIoU";
    const isOneHot = kind === "oneHotIoU" || kind === "oneHotMeanIoU";
    const classes = isBinary ? 2 : classCount(options.numClasses);
    super(nameOption(options, kind), classes * classes);
    const all = Array.from({ length: classes }, (_, i) => i);
    const mustName = kind === "ioU" || kind === "oneHotIoU";
    this.#kind = kind;
    this.#options = { ...options };
    this.#classes = classes;
    this.#targets = readTargets(options.targetClassIds ?? (mustName ? undefined : all), classes);
    this.#sparseTrue = flag("sparseYTrue", options.sparseYTrue ?? !isOneHot);
    this.#sparsePred = flag("sparseYPred", options.sparseYPred ?? !isOneHot);
    this.#threshold = finiteNumber("threshold", options.threshold ?? 0.5);
    if (options.ignoreClass !== undefined && !Number.isInteger(options.ignoreClass))
      throw invalidOption("ignoreClass", "a whole number", options.ignoreClass);
  }

  override copy(): IoU {
    return new IoU(this.#kind, this.#options);
  }

  override getConfig(): Record<string, unknown> {
    return { ...this.#options, metric: this.#kind, name: this.name };
  }

  override isSparse(): boolean {
    return this.#sparseTrue && !this.#sparsePred;
  }

  override settle(loss: Loss): void {
    if (!this.#sparseTrue && this.#sparsePred) {
      throw new LanegradError(
        "INVALID_OPTION",
        `metric ${this.name} compares one-hot labels with class indices; a model has labels of the shape of its output. Received: sparseYTrue=false, sparseYPred=true`,
      );
    }
    if (this.#kind === "binaryIoU" && loss.name === "binaryCrossentropy" && loss.fromLogits)
      this.#threshold = logit(this.#threshold);
  }

  protected override labelCount(rows: number, columns: number): number {
    const elements = this.#sparsePred ? rows * columns : rows;
    return this.#sparseTrue ? elements : elements * (this.#sparsePred ? this.#classes : columns);
  }

  override workspaceSize(): number {
    return this.state.length;
  }

  override accumulate(_k: Kernels, batch: MetricBatch): void {
    const { rows, columns, workspace } = batch;
    // Outputs that are class indices are elements of their own.
    const elementsPerRow = this.#sparsePred ? columns : 1;
    const trueColumns = this.#sparsePred ? this.#classes : columns;
    const { ignoreClass = -1 } = this.#options;
    metricKernels().confusionCounts(
      batch.yTrue,
      batch.yPred,
      batch.sampleWeight,
      rows * elementsPerRow,
      this.#sparseTrue ? 0 : trueColumns,
      this.#sparsePred ? 0 : columns,
      batch.rowsPerWeight * elementsPerRow,
      this.#classes,
      ignoreClass,
      this.#kind === "binaryIoU",
      this.#threshold,
      workspace,
    );
    addFrom(workspace, this.state);
  }

  override result(): number {
    const { state } = this;
    const classes = this.#classes;
    let sum = 0;
    let occurring = 0;
    for (const target of this.#targets) {
      let union = -state[target * classes + target];
      for (let i = 0; i < classes; i++) union += state[target * classes + i] + state[i * classes + target];
      if (union <= SMALLEST_UNION) continue;
      sum += state[target * classes + target] / (union + EPSILON);
      occurring++;
    }
    return sum / (occurring + EPSILON);
  }
}

function readTargets(targets: unknown, classes: number): readonly number[] {
  const isList = Array.isArray(targets) && targets.length > 0;
  if (isList && targets.every((id) => Number.isInteger(id) && id >= 0 && id < classes)) {
    return [...(targets as number[])];
  }
  throw invalidOption("targetClassIds", `a list of whole numbers from 0 to ${classes - 1}`, targets);
}
