import { LanegradError, show, unknownName } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import type { Loss } from "../losses/index.js";
import { toMetric } from "../metrics/specs.js";
import type { Metric, MetricSpec } from "../metrics/index.js";
import type { CompileSettings, PerOutput } from "./compile.js";

/** A metric at an output, under the key that histories use. */
export interface KeyedMetric {
  readonly key: string;
  readonly metric: Metric;
  /** Whether it counts rows by their sample weights. */
  readonly isWeighted: boolean;
}

/** What is measured at an output that has a loss. */
export interface Head {
  /** The name of the output. */
  readonly name: string;
  /** Which output of the model it is. */
  readonly output: number;
  /** Whether the model has no other output, with or without a loss. */
  readonly isOnly: boolean;
  /** Values along the last axis of the output. */
  readonly columns: number;
  readonly loss: Loss;
  /** The factor of its loss in the sum that training makes small. */
  readonly lossWeight: number;
  readonly metrics: readonly KeyedMetric[];
}

/**
 * What `compile` was told, output by output of a network.
 *
 * @throws LanegradError UNKNOWN_NAME for an output that does not exist, INVALID_OPTION if entries and
 * outputs do not match, no output has a loss, or a metric cannot work with the labels of its loss
 */
export function headsOf(graph: Graph, settings: CompileSettings): Head[] {
  const names = graph.outputNames;
  const losses = spread(settings.loss, names, "loss", true);
  const weights = spread(settings.lossWeights ?? null, names, "lossWeights", false);
  const metrics = spread(onePerOutput(settings.metrics, names), names, "metrics", false);
  const weightedMetrics = spread(
    onePerOutput(settings.weightedMetrics, names),
    names,
    "weightedMetrics",
    false,
  );
  const keys = new Set(["loss", ...names.map((name) => `${name}_loss`)]);
  const heads = names.flatMap((name, output): Head[] => {
    const loss = losses[output];
    if (!loss) {
      if (metrics[output]?.length || weightedMetrics[output]?.length) throw needsLoss(name);
      return [];
    }
    const { shape } = graph.outputs[output];
    const keyed = (specs: readonly MetricSpec[] | null | undefined, isWeighted: boolean): KeyedMetric[] =>
      (specs ?? []).map((spec) => {
        const metric = toMetric(spec, loss, shape);
        const prefix = names.length > 1 ? `${name}_` : "";
        return { key: newKey(metric.name, prefix, keys, isWeighted), metric, isWeighted };
      });
    return [
      {
        name,
        output,
        isOnly: names.length === 1,
        columns: shape[shape.length - 1] ?? 1,
        loss,
        lossWeight: weights[output] ?? 1,
        metrics: [...keyed(metrics[output], false), ...keyed(weightedMetrics[output], true)],
      },
    ];
  });
  if (heads.length > 0) return heads;
  throw new LanegradError(
    "INVALID_OPTION",
    `compile needs a loss for at least one of the outputs ${names.join(", ")}. Received: none`,
  );
}

function needsLoss(name: string): LanegradError {
  return new LanegradError(
    "INVALID_OPTION",
    `an output with metrics needs a loss; lossWeights can make it count 0. Received: metrics for ${name}, which has no loss`,
  );
}

/** As in Keras: the same metric at the same output is called weighted if only the second one is, or numbered. */
function newKey(name: string, prefix: string, taken: Set<string>, isWeighted: boolean): string {
  if (name === "loss") {
    throw new LanegradError("INVALID_OPTION", "a metric must not be named loss. Received: loss");
  }
  let plain = prefix + name;
  if (isWeighted && taken.has(plain)) plain = `${prefix}weighted_${name}`;
  let key = plain;
  for (let n = 1; taken.has(key); n++) key = `${plain}_${n}`;
  taken.add(key);
  return key;
}

/** As in Keras, a flat array is the metrics of the only output, or one metric for each of several. */
function onePerOutput(
  given: PerOutput<readonly MetricSpec[]>,
  names: readonly string[],
): PerOutput<readonly MetricSpec[]> {
  const isOneEach = given?.kind === "one" && names.length > 1 && given.entry.length === names.length;
  return isOneEach ? { kind: "list", entries: given.entry.map((metric) => [metric]) } : given;
}

/** One entry for each output; what was not given is undefined. */
function spread<T>(
  given: PerOutput<T>,
  names: readonly string[],
  what: string,
  repeats: boolean,
): (T | null | undefined)[] {
  if (given === null) return names.map(() => undefined);
  if (given.kind === "record") {
    const unknown = Object.keys(given.entries).find((key) => !names.includes(key));
    if (unknown !== undefined) throw unknownName(`an output in ${what}`, unknown, names);
    return names.map((name) => (Object.hasOwn(given.entries, name) ? given.entries[name] : undefined));
  }
  if (given.kind === "list") {
    if (given.entries.length === names.length) return [...given.entries];
    throw perOutput(what, names, `${given.entries.length} entries`);
  }
  if (names.length === 1 || repeats) return names.map(() => given.entry);
  throw perOutput(what, names, show(given.entry));
}

function perOutput(what: string, names: readonly string[], received: string): LanegradError {
  return new LanegradError(
    "INVALID_OPTION",
    `${what} of a model with ${names.length} outputs must be an array with an entry for each, or an object by output name (${names.join(", ")}). Received: ${received}`,
  );
}
