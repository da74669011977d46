import { LanegradError, show, showShape } from "../errors.js";
import { checkKeys, invalidOption, nonNegative } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { weightKernels } from "../runtime/kernels/weights.js";
import { Regularizer } from "./regularizer.js";

/** Options of `orthogonal`. */
export interface OrthogonalOptions {
  /** A factor on the mean over all pairs. Default 0.01. */
  factor?: number;
  /** Whether the rows of the weight or its columns are to be orthogonal to each other. Default "rows". */
  mode?: "rows" | "columns";
}

/**
 * factor times the mean of |cos| over all pairs of rows (or columns) of a weight of two axes, so that they
 * become orthogonal to each other (Keras's OrthogonalRegularizer). 0 where there is one row alone.
 */
export class Orthogonal extends Regularizer {
  readonly name = "orthogonal";
  /** The option `factor`. */
  readonly factor: number;
  /** The option `mode`. */
  readonly mode: "rows" | "columns";

  constructor(options: OrthogonalOptions = {}) {
    super();
    checkKeys("regularizers.orthogonal", options, ["factor", "mode"]);
    this.factor = nonNegative("factor", options.factor ?? 0.01);
    this.mode = options.mode ?? "rows";
    if (this.mode !== "rows" && this.mode !== "columns") {
      throw invalidOption("mode", '"rows" or "columns"', this.mode);
    }
  }

  /** @internal */
  override penalty(
    _k: Kernels,
    weight: number,
    gradient: number,
    shape: readonly number[],
    workspace: number,
  ): number {
    const rows = shape[0];
    const columns = shape[1];
    const k = weightKernels();
    return this.mode === "rows"
      ? k.orthogonalPenalty(weight, gradient, rows, columns, columns, 1, this.factor, workspace)
      : k.orthogonalPenalty(weight, gradient, columns, rows, 1, columns, this.factor, workspace);
  }

  /** @internal */
  override workspaceFloats(_k: Kernels, [rows, columns]: readonly number[]): number {
    const k = weightKernels();
    return this.mode === "rows"
      ? k.orthogonalWorkspaceFloats(rows, columns)
      : k.orthogonalWorkspaceFloats(columns, rows);
  }

  /** @internal */
  override checkShape(weight: string, shape: readonly number[]): void {
    if (shape.length === 2) return;
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `the regularizer orthogonal needs a weight of two axes. Received: ${weight} of shape ${showShape(shape)}`,
    );
  }

  /** @internal */
  override checkActivity(): void {
    throw new LanegradError(
      "INVALID_OPTION",
      `activityRegularizer must be a penalty on each value: l1, l2, l1L2 or one of your own. Received: ${show(this.name)}`,
    );
  }

  override getConfig(): Record<string, unknown> {
    return { name: this.name, factor: this.factor, mode: this.mode };
  }
}
