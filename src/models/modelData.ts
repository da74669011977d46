// What users hand in, checked against a model.
import { LanegradError } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import type { Shape } from "../graph/symbolic.js";
import type { Loss } from "../losses/index.js";
import { checkLabels } from "../losses/labels.js";
import { Dataset } from "./dataset.js";
import { toRows } from "./rows.js";
import type { Data, Rows } from "./rows.js";
import { rowWeights } from "./weights.js";

/** Inputs and labels, with the same number of rows. */
export interface TrainingRows {
  readonly inputs: Rows[];
  readonly labels: Rows[];
}

function rowShape(shape: Shape): number[] {
  return shape.slice(1).map((size) => size ?? 1);
}

/**
 * Inputs as rows.
 *
 * @param prefix what stands before x in messages
 * @throws LanegradError SHAPE_MISMATCH or INVALID_DATA
 */
export function inputRows(graph: Graph, x: unknown, prefix = ""): Rows[] {
  return graph.inputs.map(({ shape }) => toRows(x, rowShape(shape), `${prefix}x`));
}

/**
 * Inputs and labels as rows; the labels are what the losses can work with.
 *
 * @throws LanegradError SHAPE_MISMATCH, INVALID_DATA or INVALID_LABEL
 */
export function trainingRows(
  graph: Graph,
  losses: readonly Loss[],
  x: unknown,
  y: unknown,
  prefix = "",
): TrainingRows {
  const inputs = inputRows(graph, x, prefix);
  const labels = losses.map((loss, i) => labelRows(loss, graph.outputs[i].shape, y, `${prefix}y`));
  for (const rows of [...inputs, ...labels]) {
    if (rows.count === inputs[0].count) continue;
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${prefix}x and ${prefix}y must have the same number of rows. Received: ${inputs[0].count} and ${rows.count} rows`,
    );
  }
  return { inputs, labels };
}

function labelRows(loss: Loss, output: Shape, y: unknown, name: string): Rows {
  const rows = toRows(y, rowShape(loss.labelShape(output)), name);
  if (loss.labels === "any") return rows;
  const values = new Float32Array(rows.count * rows.rowSize);
  rows.copyTo(values, 0, 0, rows.count);
  checkLabels(loss, values, output[output.length - 1] ?? 1, name);
  return rows;
}

/**
 * Inputs, labels and weights in linear memory.
 *
 * @param before a data set that is not needed any more: it serves again if the sizes are the same
 */
export function batchOf(
  graph: Graph,
  losses: readonly Loss[],
  data: { x: unknown; y: unknown; sampleWeight: Data | undefined },
  before?: Dataset,
): Dataset {
  const { inputs, labels } = trainingRows(graph, losses, data.x, data.y);
  const { count } = labels[0];
  const parts = [...inputs, ...labels];
  const weights = rowWeights(data.sampleWeight, count);
  if (before?.fits(parts, count)) {
    before.load(parts, weights, 0);
    return before;
  }
  return new Dataset(parts, weights, 0, count);
}
