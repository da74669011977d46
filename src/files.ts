/// <reference types="node" />
// The entry lanegrad/files: what needs a file system. Works in Node, Deno and Bun.
import { appendFile, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { CheckpointInfo, CheckpointSink } from "./callbacks/modelCheckpoint.js";
import type { CsvSink } from "./callbacks/csvLogger.js";
import { fileName } from "./fileName.js";
import { checkKeys, flag, textOption } from "./options.js";

export type { CheckpointInfo, CheckpointSink, CsvSink };

/** Options of `csvSink`. */
export interface CsvSinkOptions {
  /** Whether to go on with a file that is there, rather than to begin anew with each fit. Default false. */
  append?: boolean;
}

/**
 * Where `callbacks.modelCheckpoint` saves to: `modelCheckpoint({ save: fileSink("net-{epoch:02d}.lanegrad") })`.
 * Folders are made where they are missing. A file is written under a temporary name and renamed when it is
 * complete, so that a crash leaves the last good one.
 *
 * @param path may hold fields as in Keras, {epoch} and {batch}, both counted from 1, and what the epoch has
 * reported: {epoch:02d}, {val_loss:.2f}. {{ and }} are braces
 * @throws LanegradError INVALID_OPTION for a field that cannot be read; the sink rejects with UNKNOWN_NAME
 * for a field that has no value, and with what the file system says
 */
export function fileSink(path: string): CheckpointSink {
  const name = fileName(path);
  return async (file, { epoch, batch, logs }) => {
    const values: Record<string, number> = { ...logs, epoch: epoch + 1 };
    if (batch !== undefined) values.batch = batch + 1;
    await writeModelFile(name(values), file);
  };
}

/**
 * Where `callbacks.csvLogger` writes to: `csvLogger({ ...csvSink("log.csv"), separator: ";" })`. The logger's own
 * `append` does the same as the option here.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION; lines reject with what the file system says
 */
export function csvSink(path: string, options: CsvSinkOptions = {}): Required<CsvSink> {
  checkKeys("csvSink", options, ["append"]);
  textOption("path", path);
  const append = flag("append", options.append ?? false);
  return {
    begin: async (loggerAppends) => {
      await mkdir(dirname(path), { recursive: true });
      if ((append || loggerAppends) && (await sizeOf(path)) > 0) return true;
      await rm(path, { force: true });
      return false;
    },
    write: (line) => appendFile(path, `${line}\n`),
  };
}

/** The bytes of a file. The promise rejects with what the file system says. */
export async function readModelFile(path: string): Promise<Uint8Array> {
  const { buffer, byteOffset, byteLength } = await readFile(textOption("path", path));
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * Writes a file under a temporary name beside it and renames it when it is complete. Makes the folder if it is
 * missing. The promise rejects with what the file system says; a file that was there before is as it was then.
 */
export async function writeModelFile(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(textOption("path", path)), { recursive: true });
  const temporary = `${path}.tmp`;
  try {
    const file = await open(temporary, "w");
    try {
      await file.writeFile(bytes);
      // Without this the new name could reach the disk before the content.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The size of a file in bytes; 0 if there is none. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}
