import { LanegradError } from "../errors.js";
import { fraction, invalidOption } from "../options.js";
import { ArraySource, IterableSource, isBatches } from "./batches.js";
import type { Batch, Batches, Source } from "./batches.js";
import type { Dataset } from "./dataset.js";
import type { FitOptions, FitSettings, ValidationData } from "./fitOptions.js";
import type { Head } from "./heads.js";
import { batchOf, loadRows, trainingRows } from "./modelData.js";
import type { TrainingRows } from "./modelData.js";
import type { Graph } from "../graph/graph.js";
import { warnAboutInputs, warnAboutSplit } from "./warnings.js";
import { outputWeights, withClassWeights } from "./weights.js";
import type { OutputWeights } from "./weights.js";

/** What data is checked against. */
export interface DataTarget {
  readonly graph: Graph;
  readonly heads: readonly Head[];
}

/** The data of a fit. */
export interface FitData {
  readonly training: Source;
  readonly validation: Source | undefined;
}

/**
 * Makes ready what a fit trains and validates on: rows are copied into linear memory, batches come when
 * their turn does. Nothing of the model has changed if this throws.
 */
export function readFitData(
  target: DataTarget,
  x: unknown,
  y: unknown,
  options: FitOptions,
  settings: FitSettings,
): FitData {
  if (!isBatches(x)) return readRows(target, x, y, options, settings);
  const epochs = settings.epochs - settings.initialEpoch;
  const training = iterable(target, x, settings.stepsPerEpoch, epochs, true);
  const { validationData } = options;
  if (validationData === undefined) return { training, validation: undefined };
  try {
    return { training, validation: validationSource(target, validationData, settings) };
  } catch (error) {
    training.release();
    throw error;
  }
}

function readRows(
  target: DataTarget,
  x: unknown,
  y: unknown,
  options: FitOptions,
  settings: FitSettings,
): FitData {
  const { graph, heads } = target;
  const rows = trainingRows(graph, heads, x, y);
  const { count } = rows.inputs[0];
  const split = fraction("validationSplit", options.validationSplit ?? 0);
  // As Keras: the training part is rounded down.
  const kept = options.validationData === undefined ? Math.floor(count * (1 - split)) : count;
  if (kept < 1) {
    throw new LanegradError(
      "INVALID_DATA",
      `validationSplit leaves no row of ${count} to train on. Received: validationSplit=${split}`,
    );
  }
  const weights = outputWeights(options.sampleWeight, heads, graph, count);
  const ownWeights = withClassWeights(weights, options.classWeight, heads, rows.labels, kept);
  const dataset = loadRows(graph, heads, rows, ownWeights, 0, kept);
  const seed = settings.shuffle ? settings.seed : undefined;
  const training = new ArraySource(dataset, settings.batchSize, seed, settings.stepsPerEpoch);
  try {
    rows.inputs.forEach(({ rowSize }, i) => warnAboutInputs(inputLabel(graph, i), dataset, i, rowSize));
    return { training, validation: validationOfRows(target, options, settings, rows, weights, kept) };
  } catch (error) {
    training.release();
    throw error;
  }
}

/**
 * Says before the first step what a stateful layer would say at the end of the first epoch.
 *
 * @throws LanegradError SHAPE_MISMATCH if batches will not all have the same number of rows
 */
export function checkStates(graph: Graph, { training, validation }: FitData, settings: FitSettings): void {
  const trained = training.batchRows(settings.initialEpoch, settings.epochs);
  const validated = validation?.batchRows(0, 1) ?? [];
  for (const layer of graph.leaves.keys()) layer.checkBatchRows(trained, validated);
}

function inputLabel({ inputNames }: Graph, i: number): string {
  return inputNames.length === 1 ? "x" : `x.${inputNames[i]}`;
}

function validationOfRows(
  target: DataTarget,
  options: FitOptions,
  settings: FitSettings,
  rows: TrainingRows,
  weights: OutputWeights,
  kept: number,
): Source | undefined {
  if (options.validationData !== undefined) {
    return validationSource(target, options.validationData, settings);
  }
  const { count } = rows.inputs[0];
  if (kept === count) return undefined;
  if (target.heads.length === 1) warnAboutSplit(rows.labels[0], kept, target.heads[0]);
  const dataset = loadRows(target.graph, target.heads, rows, weights, kept, count - kept);
  return new ArraySource(dataset, settings.validationBatchSize, undefined, settings.validationSteps);
}

function validationSource(target: DataTarget, data: ValidationData, settings: FitSettings): Source {
  const { epochs, initialEpoch, validationSteps } = settings;
  if (isBatches(data)) return iterable(target, data, validationSteps, epochs - initialEpoch);
  if (!Array.isArray(data) || data.length < 2 || data.length > 3) {
    throw invalidOption("validationData", "[x, y], [x, y, sampleWeight] or an iterable of batches", data);
  }
  const [x, y, sampleWeight] = data as readonly unknown[];
  const dataset = rowsInMemory(target, { x, y, sampleWeight }, "validation ");
  return new ArraySource(dataset, settings.validationBatchSize, undefined, settings.validationSteps);
}

/** All rows of something in linear memory. */
export function rowsInMemory(
  { graph, heads }: DataTarget,
  data: { readonly x: unknown; readonly y: unknown; readonly sampleWeight?: unknown },
  prefix = "",
): Dataset {
  const rows = trainingRows(graph, heads, data.x, data.y, prefix);
  const { count } = rows.inputs[0];
  const weights = outputWeights(data.sampleWeight, heads, graph, count, prefix);
  return loadRows(graph, heads, rows, weights, 0, count, prefix);
}

/** The batches of an iterable, checked when their turn comes. */
export function iterable(
  { graph, heads }: DataTarget,
  batches: Batches,
  steps: number | undefined,
  epochs: number,
  goesOn = false,
): Source {
  const load = (batch: Batch, before: Dataset | undefined): Dataset => batchOf(graph, heads, batch, before);
  return new IterableSource(batches, load, steps, epochs, goesOn);
}
