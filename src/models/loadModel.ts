// Models from files, which may come from anywhere: everything is checked before anything is made.
import { LanegradError, show } from "../errors.js";
import type { Layer } from "../layers/layer.js";
import type { AnyLayerFactory } from "../layers/factory.js";
import { metricFromConfig } from "../metrics/specs.js";
import type { MetricSpec } from "../metrics/index.js";
import { toLoss } from "../losses/spec.js";
import type { LossSpec } from "../losses/index.js";
import { toOptimizer } from "../optimizers/spec.js";
import type { OptimizerSpec } from "../optimizers/index.js";
import { writeState } from "../optimizers/writeState.js";
import { flag, nonNegative } from "../options.js";
import { readSafetensors } from "../saving/safetensors.js";
import type { SafetensorsFile, StoredTensor } from "../saving/safetensors.js";
import { Tensor } from "../tensor/tensor.js";
import { FORMAT_VERSION } from "./base.js";
import type { CompileSettings, PerOutput } from "./compile.js";
import type { Model } from "./model.js";
import { ConfigReader, invalidConfig, listAt, notValid, objectAt, REGISTER } from "./modelFromConfig.js";
import type { JsonObject } from "./modelFromConfig.js";
import { FORMAT, slotName } from "./save.js";
import type { Trainer } from "./trainer.js";

const LIST = "It must be in the list of loadModelWith, or registered with registerClass.";

/** @internal Reads a file with layers of these kinds. */
export function loadWith(
  bytes: unknown,
  factories: readonly AnyLayerFactory[],
  isList: boolean,
): Model<never> {
  const file = readSafetensors(bytes as Uint8Array);
  const { format, formatVersion, kind, model: modelText, training: trainingText } = file.metadata;
  if (format !== FORMAT || modelText === undefined) {
    throw new LanegradError(
      "INVALID_FILE",
      `the file must be one that model.save() made: its metadata must say format "${FORMAT}". Received: ${format === undefined ? "no format" : `format ${show(format)}`}${kind === undefined ? "" : `, kind ${show(kind)}`}`,
    );
  }
  checkVersion(Number(formatVersion));
  const json = parse(modelText, "model");
  const model = new ConfigReader(factories, isList ? LIST : REGISTER).model(json, "model");
  model.restoreSeed(seedAt(json.seed));
  if (!model.isBuilt) {
    throw invalidConfig("model.config.inputShape", "the shape of a row, which weights depend on", undefined);
  }
  const weights = model.nested.weights();
  const expected = weights.map(({ path, weight }) => ({ name: path, shape: weight.shape }));
  // The weights first: the optimizer makes room for as much as they say.
  const values = findTensors(file, expected);
  const trainer =
    trainingText === undefined ? undefined : restoreTraining(model, parse(trainingText, "training"));
  const slots = trainer === undefined ? [] : slotsOf(trainer);
  const state = findTensors(file, slots);
  checkTensors(file, [...expected, ...slots]);
  weights.forEach(({ layer, weight }, i) =>
    layer.writeWeight(weight, new Tensor(values[i].values(), weight.shape)),
  );
  if (trainer !== undefined) restoreState(trainer, state);
  return model;
}

/** What the optimizer remembers, as the file must have it. */
function slotsOf({ trained, optimizerState }: Trainer): ExpectedTensor[] {
  return optimizerState.weights.flatMap(({ slots }, i) =>
    slots.map(({ name, shape }) => ({ name: slotName(name, trained[i].path), shape })),
  );
}

function checkVersion(version: number): void {
  if (Number.isInteger(version) && version >= 1 && version <= FORMAT_VERSION) return;
  throw new LanegradError(
    "INVALID_FILE",
    `this version of Lanegrad reads files up to formatVersion ${FORMAT_VERSION}. Received: formatVersion=${version}`,
  );
}

function parse(text: string, place: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidConfig(`metadata.${place}`, "JSON", text);
  }
  return objectAt(value, `metadata.${place}`);
}

function seedAt(seed: unknown): number {
  if (Number.isSafeInteger(seed) && (seed as number) >= 0) return seed as number;
  throw invalidConfig("model.seed", "a whole number from 0 to 2^53 - 1", seed);
}

interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The tensors in this order; each there, of its shape. */
function findTensors({ tensors }: SafetensorsFile, expected: readonly ExpectedTensor[]): StoredTensor[] {
  return expected.map(({ name, shape }) => {
    const tensor = tensors.get(name);
    const isRight = tensor?.shape.length === shape.length && shape.every((n, i) => n === tensor.shape[i]);
    if (tensor !== undefined && isRight) return tensor;
    const received = tensor === undefined ? "no such tensor" : `shape ${show(tensor.shape)}`;
    throw new LanegradError(
      "INVALID_FILE",
      `the file must have the tensor ${show(name)} of shape ${show(shape)}. Received: ${received}`,
    );
  });
}

/** No tensors but these, and all without NaN. */
function checkTensors({ tensors }: SafetensorsFile, expected: readonly ExpectedTensor[]): void {
  const known = new Set(expected.map(({ name }) => name));
  for (const [name, tensor] of tensors) {
    if (!known.has(name)) {
      throw new LanegradError(
        "INVALID_FILE",
        `the file must hold the weights of its model alone. Received: a tensor ${show(name)} too`,
      );
    }
    const at = tensor.values().findIndex(Number.isNaN);
    if (at < 0) continue;
    throw new LanegradError(
      "INVALID_FILE",
      `weights must be numbers: the model was saved after training had failed, or the file is damaged. Received: NaN as value ${at} of ${show(name)}`,
    );
  }
}

function restoreTraining(model: Model<never>, training: JsonObject): Trainer {
  try {
    const settings = readSettings(training);
    const trainer = model.restoreTraining(settings, {
      step: countAt(training.step, "training.step"),
      frozen: frozenLayers(model, training.frozen),
      optimizerStep: countAt(training.optimizerStep, "training.optimizerStep"),
      holdsAverages: flag("training.holdsAverages", training.holdsAverages),
    });
    const { holdsAverages, keepsAverages } = trainer.optimizerState;
    if (holdsAverages && !keepsAverages) {
      throw invalidConfig("training.holdsAverages", "false without useEma", true);
    }
    return trainer;
  } catch (error) {
    if (error instanceof RangeError) throw invalidConfig("metadata.training", "less large", training);
    throw error instanceof LanegradError ? notValid("metadata.training", "training", error) : error;
  }
}

/** After the weights, which may be averages. */
function restoreState(trainer: Trainer, tensors: readonly StoredTensor[]): void {
  const { optimizerState } = trainer;
  let next = 0;
  const saved = optimizerState.weights.flatMap(({ slots }, weight) =>
    slots.map(({ name, shape }) => ({ name, weight, shape, values: tensors[next++].values() })),
  );
  writeState(optimizerState, saved);
  trainer.markAverages();
}

function countAt(value: unknown, place: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw invalidConfig(place, "a whole number, 0 or more", value);
}

function frozenLayers(model: Model<never>, frozen: unknown): ReadonlySet<Layer> {
  const layers = new Map([...model.nested.leaves].map(([layer, path]) => [path, layer]));
  return new Set(
    listAt(frozen, "training.frozen").map((path, i) => {
      const layer = layers.get(path as string);
      if (layer !== undefined) return layer;
      throw invalidConfig(`training.frozen[${i}]`, "the path of a layer", path);
    }),
  );
}

function readSettings(training: JsonObject): CompileSettings {
  const metrics = (value: unknown, place: string): PerOutput<readonly MetricSpec[]> =>
    perOutput(value, place, (entry) => listAt(entry, place).map(metricAt));
  return {
    optimizer: toOptimizer(objectAt(training.optimizer, "training.optimizer") as unknown as OptimizerSpec),
    loss: perOutput(training.loss, "training.loss", (entry) =>
      toLoss(objectAt(entry, "training.loss") as unknown as LossSpec),
    ),
    lossWeights: perOutput(training.lossWeights, "training.lossWeights", (entry) =>
      nonNegative("training.lossWeights", entry),
    ),
    metrics: metrics(training.metrics, "training.metrics"),
    weightedMetrics: metrics(training.weightedMetrics, "training.weightedMetrics"),
  };
}

function metricAt(entry: unknown): MetricSpec {
  if (typeof entry === "string") return entry as MetricSpec;
  const config = objectAt(entry, "training.metrics");
  return (config.metric === undefined ? config : metricFromConfig(config)) as MetricSpec;
}

function perOutput<T>(value: unknown, place: string, read: (entry: unknown) => T): PerOutput<T> {
  if (value === null) return null;
  const { kind, entry, entries } = objectAt(value, place);
  const readOrNull = (one: unknown): T | null => (one === null ? null : read(one));
  if (kind === "one") return { kind, entry: read(entry) };
  if (kind === "list") return { kind, entries: listAt(entries, place).map(readOrNull) };
  if (kind !== "record") throw invalidConfig(`${place}.kind`, "one, list or record", kind);
  const named = Object.entries(objectAt(entries, place)).map(([name, one]) => [name, readOrNull(one)]);
  return { kind, entries: Object.fromEntries(named) as Record<string, T | null> };
}
