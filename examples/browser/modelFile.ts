// A trained network as one file: the safetensors that `save` writes, with one more text in the metadata that says
// what goes in, how it is scaled and what the outputs are called. `loadModel` and Python read it like any other.
import { LanegradError, layers, loadModelWith } from "lanegrad";
import type { Model } from "lanegrad";
import { UserError } from "./protocol.js";
import type { Task } from "./protocol.js";
import type { Scaling } from "./prepare.js";

/** The name that the format gives to the texts of its header. */
const METADATA = "__metadata__";
const KEY = "page";
const LENGTH_BYTES = 8;
const SPACE = 0x20;

/** What the page adds to a model. */
export interface PageMetadata {
  readonly task: Task;
  readonly scaling: Scaling;
  readonly validationShare: number;
}

interface Header {
  [METADATA]?: Record<string, string>;
}

/** The file of a model with what the page needs to use it again. */
export function writeModelFile(net: Model, metadata: PageMetadata): Uint8Array<ArrayBuffer> {
  const bytes = net.save();
  const { header, dataStart } = readHeader(bytes);
  header[METADATA] = { ...header[METADATA], [KEY]: JSON.stringify(metadata) };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / LENGTH_BYTES) * LENGTH_BYTES;
  const file = new Uint8Array(LENGTH_BYTES + length + bytes.length - dataStart).fill(SPACE);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(length), true);
  file.set(text, LENGTH_BYTES);
  file.set(bytes.subarray(dataStart), LENGTH_BYTES + length);
  return file;
}

/**
 * A model from such a file.
 *
 * @throws UserError for another file, and for a model that another program than this page has made
 */
export function readModelFile(bytes: Uint8Array<ArrayBuffer>): { net: Model; metadata: PageMetadata } {
  const net = readModel(bytes);
  const text = readHeader(bytes).header[METADATA]?.[KEY];
  if (text === undefined) {
    throw new UserError(
      "This model was not saved by this page: the file does not say what goes in and what comes out. Choose a file that “Download model” has made.",
    );
  }
  const metadata = parseMetadata(text);
  const outputs = metadata.task.kind === "class" ? metadata.task.classes.length : 1;
  const [input] = net.getWeights()[0].shape;
  if (input !== metadata.task.inputs.length || net.getWeights().at(-1)?.shape[0] !== outputs) throw damaged();
  return { net, metadata };
}

function readModel(bytes: Uint8Array<ArrayBuffer>): Model {
  try {
    return loadModelWith(bytes, [layers.dense]);
  } catch (error) {
    if (!(error instanceof LanegradError)) throw error;
    throw new UserError(
      `This file is not a model of this page. Choose one that “Download model” has made. What is wrong with it: ${error.message}`,
    );
  }
}

function readHeader(bytes: Uint8Array): { header: Header; dataStart: number } {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const dataStart = LENGTH_BYTES + length;
  const text = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, dataStart));
  return { header: JSON.parse(text) as Header, dataStart };
}

function damaged(): UserError {
  return new UserError(
    "What this page wrote into the model file has been changed or damaged. Choose a file that “Download model” has made.",
  );
}

/** The file may come from anywhere: every part is looked at before it is used. */
function parseMetadata(text: string): PageMetadata {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw damaged();
  }
  const metadata = found as PageMetadata;
  const isRight =
    isObject(found) && isTask(metadata.task) && isScaling(metadata.scaling, metadata.task.inputs.length);
  const share = metadata?.validationShare;
  if (!isRight || !isNumber(share) || share < 0 || share > 0.5) throw damaged();
  return metadata;
}

function isTask(task: Task): boolean {
  return (
    isObject(task) &&
    ["digits", "iris", "file"].includes(task.source) &&
    ["class", "number"].includes(task.kind) &&
    typeof task.dataName === "string" &&
    typeof task.labelName === "string" &&
    isArrayOf(task.classes, (name) => typeof name === "string") &&
    isArrayOf(
      task.inputs,
      (input) => isObject(input) && typeof input.name === "string" && isNumber(input.typical),
    )
  );
}

function isScaling(scaling: Scaling, inputs: number): boolean {
  return (
    isObject(scaling) &&
    [scaling.mean, scaling.variance].every((list) => isArrayOf(list, isNumber) && list.length === inputs) &&
    isObject(scaling.label) &&
    isNumber(scaling.label.mean) &&
    isNumber(scaling.label.scale)
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function isArrayOf<T>(value: readonly T[], check: (entry: T) => boolean): boolean {
  return Array.isArray(value) && value.every(check);
}
