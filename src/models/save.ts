// A model as a file: safetensors with the configuration in its metadata.
import type { Graph } from "../graph/graph.js";
import { Metric } from "../metrics/metric.js";
import type { MetricSpec } from "../metrics/index.js";
import { writeSafetensors } from "../saving/safetensors.js";
import type { NamedTensor } from "../saving/safetensors.js";
import type { ModelJSON } from "./base.js";
import { mapOutputs } from "./compile.js";
import type { CompileSettings } from "./compile.js";
import type { Trainer } from "./trainer.js";

/** What the metadata of every file says. */
export const FORMAT = "lanegrad";

/** What a file holds of a model. */
export interface SavedModel {
  readonly json: ModelJSON;
  readonly graph: Graph;
  /** The seed that weights, masks and orders come from where nobody gave one. */
  readonly seed: number;
  /** What `compile` settled, for a model that is to be trained on. */
  readonly training: { readonly settings: CompileSettings; readonly trainer: Trainer } | undefined;
}

/** The part of the metadata that `compile` and training made. */
export interface TrainingJSON {
  readonly optimizer: unknown;
  readonly loss: unknown;
  readonly lossWeights: unknown;
  readonly metrics: unknown;
  readonly weightedMetrics: unknown;
  /** Training steps taken. */
  readonly step: number;
  /** Calls of the optimizer. */
  readonly optimizerStep: number;
  readonly holdsAverages: boolean;
  /** The paths of the layers that were not trainable when the model was compiled. */
  readonly frozen: readonly string[];
}

/** The name under which a file has an array of the optimizer. */
export function slotName(slot: string, path: string): string {
  return `optimizer/${slot}/${path}`;
}

/** Writes the file. The same state gives the same bytes. */
export function saveModel({ json, graph, seed, training }: SavedModel): Uint8Array<ArrayBuffer> {
  const tensors: NamedTensor[] = graph.weights().map(({ path, layer, weight }) => ({
    name: path,
    shape: weight.shape,
    values: layer.readWeight(weight).data,
  }));
  warnAboutNaN(tensors);
  const metadata: Record<string, string> = {
    format: FORMAT,
    formatVersion: String(json.formatVersion),
    model: JSON.stringify({ ...json, seed }),
  };
  if (training !== undefined) {
    training.trainer.settleAverages();
    metadata.training = JSON.stringify(describeTraining(training.settings, training.trainer));
    const { trained, optimizerState } = training.trainer;
    for (const { name, weight, shape, values } of optimizerState.read()) {
      tensors.push({ name: slotName(name, trained[weight].path), shape, values });
    }
  }
  return writeSafetensors({ metadata, tensors });
}

function describeTraining(settings: CompileSettings, trainer: Trainer): TrainingJSON {
  const { optimizerState } = trainer;
  return {
    optimizer: trainer.optimizer.getConfig(),
    loss: mapOutputs(settings.loss, (loss) => loss.getConfig()),
    lossWeights: settings.lossWeights,
    metrics: mapOutputs(settings.metrics, (specs) => specs.map(describeMetric)),
    weightedMetrics: mapOutputs(settings.weightedMetrics, (specs) => specs.map(describeMetric)),
    step: trainer.step,
    optimizerStep: optimizerState.step,
    holdsAverages: optimizerState.holdsAverages,
    frozen: trainer.frozenPaths(),
  };
}

function describeMetric(spec: MetricSpec): unknown {
  return spec instanceof Metric ? spec.getConfig() : spec;
}

function warnAboutNaN(tensors: readonly NamedTensor[]): void {
  const broken = tensors.find(({ values }) => values.some(Number.isNaN));
  if (broken === undefined) return;
  console.warn(
    `Lanegrad: the weight ${broken.name} holds NaN; loadModel will refuse this file. Save a state from before training failed.`,
  );
}
