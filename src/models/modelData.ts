// What users hand in, checked against a model.
import { LanegradError } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import { inputUsers } from "../graph/inputUsers.js";
import type { Shape } from "../graph/symbolic.js";
import { memory } from "../runtime/runtime.js";
import { checkLabels } from "../losses/labels.js";
import { byName } from "./byName.js";
import { Dataset } from "./dataset.js";
import type { Head } from "./heads.js";
import { toRows } from "./rows.js";
import type { Inputs, Rows, Targets } from "./rows.js";
import { outputWeights } from "./weights.js";
import type { OutputWeights, SampleWeight } from "./weights.js";

/** A batch, or all rows, as users write them. */
export interface BatchData {
  readonly x: Inputs;
  readonly y: Targets;
  readonly sampleWeight?: SampleWeight | undefined;
}

/** Inputs and labels, with the same number of rows. */
export interface TrainingRows {
  readonly inputs: Rows[];
  readonly labels: Rows[];
}

/** What to say where labels of classes do not have the form that their loss takes. */
const OTHER_FORM: Readonly<Record<string, string>> = {
  categoricalCrossentropy:
    "Class indices go with sparseCategoricalCrossentropy, or become such rows with preprocessing.oneHot.",
  sparseCategoricalCrossentropy: "One-hot rows go with categoricalCrossentropy.",
};

function rowShape(shape: Shape): number[] {
  return shape.slice(1).map((size) => size ?? 1);
}

/** What messages call one of several inputs or outputs. */
export function label(what: string, names: readonly string[], i: number): string {
  return names.length === 1 ? what : `${what}.${names[i]}`;
}

/**
 * Inputs as rows.
 *
 * @param prefix what stands before x in messages
 * @throws LanegradError SHAPE_MISMATCH or INVALID_DATA
 */
export function inputRows(graph: Graph, x: unknown, prefix = ""): Rows[] {
  const { inputNames: names } = graph;
  const parts = byName(x, names, `${prefix}x`);
  const rows = graph.inputs.map(({ shape }, i) =>
    toRows(parts[i], rowShape(shape), label(`${prefix}x`, names, i)),
  );
  rows.forEach(({ count }, i) => {
    if (count !== rows[0].count)
      throw unevenRows(`${prefix}x.${names[0]}`, `${prefix}x.${names[i]}`, rows[0].count, count);
  });
  return rows;
}

/**
 * Inputs and labels as rows.
 *
 * @throws LanegradError SHAPE_MISMATCH or INVALID_DATA
 */
export function trainingRows(
  graph: Graph,
  heads: readonly Head[],
  x: unknown,
  y: unknown,
  prefix = "",
): TrainingRows {
  const inputs = inputRows(graph, x, prefix);
  const { outputNames: names } = graph;
  const parts = byName(y, names, `${prefix}y`);
  const labels = heads.map(({ loss, output }) => {
    const shape = loss.labelShape(graph.outputs[output].shape);
    const name = label(`${prefix}y`, names, output);
    return toRows(parts[output], rowShape(shape), name, OTHER_FORM[loss.name]);
  });
  labels.forEach(({ count }, i) => {
    const what = label(`${prefix}y`, names, heads[i].output);
    if (count !== inputs[0].count) throw unevenRows(`${prefix}x`, what, inputs[0].count, count);
  });
  return { inputs, labels };
}

function unevenRows(first: string, second: string, firstCount: number, secondCount: number): LanegradError {
  return new LanegradError(
    "SHAPE_MISMATCH",
    `${first} and ${second} must have the same number of rows. Received: ${firstCount} and ${secondCount} rows`,
  );
}

/**
 * Rows in linear memory, which the layers and losses can work with.
 *
 * @param start the first row to take
 * @param count how many to take
 * @throws LanegradError INVALID_DATA or INVALID_LABEL; nothing is left behind then
 */
export function loadRows(
  graph: Graph,
  heads: readonly Head[],
  { inputs, labels }: TrainingRows,
  weights: OutputWeights,
  start: number,
  count: number,
  prefix = "",
): Dataset {
  const dataset = new Dataset([...inputs, ...labels, ...weights], start, count);
  try {
    checkLoaded(graph, heads, dataset, prefix, start);
  } catch (error) {
    dataset.release();
    throw error;
  }
  return dataset;
}

function checkLoaded(
  graph: Graph,
  heads: readonly Head[],
  dataset: Dataset,
  prefix: string,
  firstRow: number,
): void {
  for (const { layer, input } of inputUsers(graph)) {
    memory().moveIn(dataset.block);
    const what = label(`${prefix}x`, graph.inputNames, input);
    layer.checkData(dataset.address(input), dataset.count, graph.inputs[input].shape, what);
  }
  heads.forEach(({ loss, columns, name, isOnly }, i) => {
    const what = isOnly ? `${prefix}y` : `${prefix}y.${name}`;
    const labels = dataset.view(graph.inputs.length + i);
    checkLabels(loss, labels, columns, what, (firstRow * labels.length) / dataset.count);
  });
}

/**
 * One batch in linear memory.
 *
 * @param before a data set that is not needed any more: it serves again if the sizes are the same
 */
export function batchOf(
  graph: Graph,
  heads: readonly Head[],
  data: { readonly x: unknown; readonly y: unknown; readonly sampleWeight?: unknown },
  before?: Dataset,
): Dataset {
  const rows = trainingRows(graph, heads, data.x, data.y);
  const { count } = rows.inputs[0];
  const weights = outputWeights(data.sampleWeight, heads, graph, count);
  const parts = [...rows.inputs, ...rows.labels, ...weights];
  if (!before?.fits(parts, count)) return loadRows(graph, heads, rows, weights, 0, count);
  before.load(parts, 0);
  checkLoaded(graph, heads, before, "", 0);
  return before;
}
