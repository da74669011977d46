// What `compile` is told, checked before the network is known.
import { LanegradError, show } from "../errors.js";
import { Loss } from "../losses/loss.js";
import { toLoss } from "../losses/spec.js";
import type { LossSpec } from "../losses/index.js";
import { Metric } from "../metrics/metric.js";
import { checkMetric } from "../metrics/specs.js";
import type { MetricSpec } from "../metrics/index.js";
import { toOptimizer } from "../optimizers/spec.js";
import type { Optimizer, OptimizerSpec } from "../optimizers/index.js";
import { checkKeys, invalidOption, nonNegative } from "../options.js";

/** The loss of a model with one output, or of every output: one for all, an array, or a record by name. */
export type LossOption = LossSpec | readonly (LossSpec | null)[] | Readonly<Record<string, LossSpec | null>>;

type MetricsOfOutput = MetricSpec | readonly MetricSpec[];

/** Metrics of a model with one output, or for each output an entry of an array or of a record by name. */
export type MetricsOption =
  | readonly MetricSpec[]
  | readonly (MetricsOfOutput | null)[]
  | Readonly<Record<string, MetricsOfOutput | null>>;

/** Options of `compile`. */
export interface CompileOptions {
  /** Default "rmsprop", as in Keras. */
  optimizer?: OptimizerSpec;
  /**
   * What training makes small. With several outputs: one for all, an array with an entry for each, or an
   * object by output name; an output whose entry is null, or is left out, has no loss.
   */
  loss: LossOption;
  /** A factor for the loss of each output, by position or output name. Default 1. */
  lossWeights?: readonly number[] | Readonly<Record<string, number>>;
  /**
   * What is measured besides, without sample weights. With several outputs: an array with an entry for
   * each, or an object by output name. Default none.
   */
  metrics?: MetricsOption;
  /** The same, counting rows by their sample and class weights. Default none. */
  weightedMetrics?: MetricsOption;
}

/** An option that may differ from output to output; null if it was not given. */
export type PerOutput<T> =
  | { readonly kind: "one"; readonly entry: T }
  | { readonly kind: "list"; readonly entries: readonly (T | null)[] }
  | { readonly kind: "record"; readonly entries: Readonly<Record<string, T | null>> }
  | null;

/** Options of `compile`, checked and made. */
export interface CompileSettings {
  readonly optimizer: Optimizer;
  readonly loss: PerOutput<Loss>;
  readonly lossWeights: PerOutput<number>;
  readonly metrics: PerOutput<readonly MetricSpec[]>;
  readonly weightedMetrics: PerOutput<readonly MetricSpec[]>;
}

/** @throws LanegradError UNKNOWN_NAME, UNKNOWN_OPTION or INVALID_OPTION */
export function readCompileOptions(options: CompileOptions): CompileSettings {
  checkKeys("compile", options, ["optimizer", "loss", "lossWeights", "metrics", "weightedMetrics"]);
  if (options.loss === undefined || options.loss === null) {
    throw new LanegradError("INVALID_OPTION", `compile needs a loss. Received: loss=${show(options.loss)}`);
  }
  return {
    optimizer: toOptimizer(options.optimizer ?? "rmsprop"),
    loss: readLosses(options.loss),
    lossWeights: readLossWeights(options.lossWeights),
    metrics: readMetrics("metrics", options.metrics),
    weightedMetrics: readMetrics("weightedMetrics", options.weightedMetrics),
  };
}

/** Whether an object is a part with its options rather than a record by output name. */
function isSpec(value: object): boolean {
  return typeof (value as { name?: unknown }).name === "string";
}

function readLosses(loss: LossOption): PerOutput<Loss> {
  return mapOutputs(structureOfLosses(loss), toLoss);
}

function structureOfLosses(loss: LossOption): PerOutput<LossSpec> {
  if (Array.isArray(loss)) return { kind: "list", entries: loss as readonly (LossSpec | null)[] };
  if (typeof loss === "object" && !(loss instanceof Loss) && !isSpec(loss)) {
    return { kind: "record", entries: loss as Readonly<Record<string, LossSpec | null>> };
  }
  return { kind: "one", entry: loss as LossSpec };
}

function readLossWeights(weights: CompileOptions["lossWeights"]): PerOutput<number> {
  if (weights === undefined) return null;
  if (Array.isArray(weights)) {
    return { kind: "list", entries: weights.map((weight, i) => nonNegative(`lossWeights[${i}]`, weight)) };
  }
  if (typeof weights !== "object" || weights === null) {
    throw invalidOption("lossWeights", "an array or an object by output name", weights);
  }
  const entries = Object.entries(weights);
  for (const [name, weight] of entries) nonNegative(`lossWeights.${name}`, weight);
  return { kind: "record", entries: Object.fromEntries(entries) };
}

function readMetrics(what: string, metrics: MetricsOption | undefined): PerOutput<readonly MetricSpec[]> {
  return metrics === undefined ? null : mapOutputs(structureOfMetrics(what, metrics), metricList);
}

function structureOfMetrics(what: string, metrics: MetricsOption): PerOutput<MetricsOfOutput> {
  if (Array.isArray(metrics)) {
    const isNested = metrics.some((entry) => entry === null || Array.isArray(entry));
    return isNested
      ? { kind: "list", entries: metrics }
      : { kind: "one", entry: metrics as readonly MetricSpec[] };
  }
  if (typeof metrics !== "object" || metrics === null || metrics instanceof Metric || isSpec(metrics)) {
    throw invalidOption(what, "an array, or an object by output name", metrics);
  }
  return { kind: "record", entries: metrics as Readonly<Record<string, MetricsOfOutput | null>> };
}

function metricList(entry: MetricsOfOutput): readonly MetricSpec[] {
  const list = Array.isArray(entry) ? (entry as readonly MetricSpec[]) : [entry as MetricSpec];
  return list.map(checkMetric);
}

/** The same structure with other entries. */
export function mapOutputs<T, U>(given: PerOutput<T>, change: (entry: T) => U): PerOutput<U> {
  if (given === null) return null;
  const { kind } = given;
  if (kind === "one") return { kind, entry: change(given.entry) };
  const changeOrNull = (entry: T | null): U | null => (entry === null ? null : change(entry));
  if (kind === "list") return { kind, entries: given.entries.map(changeOrNull) };
  const entries = Object.entries(given.entries).map(([name, entry]) => [name, changeOrNull(entry)]);
  return { kind, entries: Object.fromEntries(entries) };
}
