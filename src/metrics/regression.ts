import type { Kernels } from "../runtime/kernels/index.js";
import { Metric } from "./metric.js";

/** The mean of (yTrue - yPred)^2 over all values. */
export class MeanSquaredErrorMetric extends Metric {
  constructor(name = "meanSquaredError") {
    super(name);
  }

  override copy(): Metric {
    return new MeanSquaredErrorMetric(this.name);
  }

  override isSparse(): boolean {
    return false;
  }

  protected override sum(k: Kernels, yTrue: number, yPred: number, rows: number, columns: number): number {
    return k.meanSquaredErrorLoss(yTrue, yPred, 0, 0, 0, rows, columns, 1, 0, 0, 0);
  }
}

/** The root of the mean of (yTrue - yPred)^2 over all values. */
export class RootMeanSquaredErrorMetric extends MeanSquaredErrorMetric {
  constructor(name = "rootMeanSquaredError") {
    super(name);
  }

  override copy(): Metric {
    return new RootMeanSquaredErrorMetric(this.name);
  }

  override result(): number {
    return Math.sqrt(super.result());
  }
}

/** The mean of |yTrue - yPred| over all values. */
export class MeanAbsoluteErrorMetric extends Metric {
  constructor(name = "meanAbsoluteError") {
    super(name);
  }

  override copy(): Metric {
    return new MeanAbsoluteErrorMetric(this.name);
  }

  override isSparse(): boolean {
    return false;
  }

  protected override sum(k: Kernels, yTrue: number, yPred: number, rows: number, columns: number): number {
    return k.meanAbsoluteErrorLoss(yTrue, yPred, 0, 0, 0, rows, columns, 1, 0, 0, 0);
  }
}
