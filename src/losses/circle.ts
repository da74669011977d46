import { LanegradError } from "../errors.js";
import { finiteNumber, flag, nonNegative } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { lossKernels } from "../runtime/kernels/losses.js";
import type { LossBatch } from "./batch.js";
import type { LabelKind } from "./labels.js";
import { Loss } from "./loss.js";
import type { LossOptions } from "./loss.js";

/** Options of `losses.circle`. */
export interface CircleOptions extends LossOptions {
  /** The scale of the similarities, 0 or more: the larger, the more the worst pairs count. Default 80. */
  gamma?: number;
  /** How far from their best values, 1 within a class and 0 between classes, similarities may be. Default 0.4. */
  margin?: number;
  /** Whether an embedding is not compared with itself. Default true. */
  removeDiagonal?: boolean;
}

/**
 * log(1 + sum of e^cost over the pairs within the class, times that over the pairs with other classes), for
 * each embedding and all others of its batch (Sun et al. 2020; the gradient goes through everything, as in
 * Keras). Embeddings are taken as they are: a model ends in `layers.unitNormalization`. As in Keras, rows
 * whose loss, as float32, is 0 do not count in what the sum is divided by.
 */
export class Circle extends Loss {
  readonly name = "circle";
  override readonly labels: LabelKind = "integers";
  override readonly needsPerSample: boolean = true;
  readonly gamma: number;
  readonly margin: number;
  readonly removeDiagonal: boolean;

  constructor(options: CircleOptions = {}) {
    super("losses.circle", options, ["gamma", "margin", "removeDiagonal"]);
    this.gamma = nonNegative("gamma", options.gamma ?? 80);
    this.margin = finiteNumber("margin", options.margin ?? 0.4);
    this.removeDiagonal = flag("removeDiagonal", options.removeDiagonal ?? true);
  }

  /** @throws LanegradError SHAPE_MISMATCH if predictions are not one embedding for each row of the batch */
  override axesPerLoss(rank: number): number {
    if (rank === 2) return 1;
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `circle needs predictions of shape [n, d], an embedding for each row. Received: predictions with ${rank} axes`,
    );
  }

  evaluate(_kernels: Kernels, batch: LossBatch): number {
    return lossKernels().circleLoss(
      batch.yTrue,
      batch.yPred,
      batch.sampleWeight,
      batch.perSample,
      batch.dPred,
      batch.rows,
      batch.columns,
      batch.gradientScale,
      this.gamma,
      this.margin,
      this.removeDiagonal ? 0 : 1,
    );
  }

  /** Which rows count is known only when their losses are: the gradient is divided afterwards. */
  override reduce(kernels: Kernels, batch: LossBatch): number {
    batch.gradientScale = batch.lossWeight;
    const sum = this.evaluate(kernels, batch);
    if (this.reduction === "sum") return sum;
    const weights = this.reduction === "meanWithSampleWeight" ? batch.sampleWeight : 0;
    const divisor = kernels.sumOfRowWeights(weights, batch.rows, 1, batch.perSample, 0);
    const factor = divisor === 0 ? 0 : 1 / divisor;
    if (batch.dPred !== 0) kernels.scale(batch.dPred, batch.rows * batch.columns, factor);
    return factor * sum;
  }

  override getConfig(): Record<string, unknown> {
    const { gamma, margin, removeDiagonal } = this;
    return { ...super.getConfig(), gamma, margin, removeDiagonal };
  }
}
