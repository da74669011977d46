import { checkKeys, flag, invalidOption } from "../options.js";
import type { Logs } from "../models/trainer.js";
import { Callback } from "./callback.js";
import { functionOption } from "./modelCheckpoint.js";

/** Where lines of a table go. `csvSink` of lanegrad/files makes one that writes to a file. */
export interface CsvSink {
  /** Takes a line, without an end of line; the next epoch waits for a promise. */
  write(line: string): void | Promise<void>;
  /**
   * Called when a fit begins, with the logger's `append`: whether lines that are there must stay. Returns whether
   * the header is there already. Default: it is if `append` is true.
   */
  begin?(append: boolean): boolean | Promise<boolean>;
}

/** Options of `callbacks.csvLogger`. */
export interface CsvLoggerOptions extends CsvSink {
  /** What stands between values. Default ",". */
  separator?: string;
  /** Whether to go on with a table: a header is written only if `begin` says that it has none. Default false. */
  append?: boolean;
}

/** Writes a line of values for each epoch (Keras's CSVLogger). */
export class CsvLogger extends Callback {
  readonly #options: CsvLoggerOptions;
  readonly #separator: string;
  readonly #append: boolean;
  #hasHeader = false;
  #keys: readonly string[] | undefined;

  constructor(options: CsvLoggerOptions) {
    super();
    checkKeys("callbacks.csvLogger", options, ["write", "begin", "separator", "append"]);
    functionOption("write", options.write, "csvSink(path)");
    if (options.begin !== undefined) functionOption("begin", options.begin);
    this.#options = options;
    this.#separator = separatorOption(options.separator ?? ",");
    this.#append = flag("append", options.append ?? false);
  }

  override async onTrainBegin(): Promise<void> {
    this.#keys = undefined;
    this.#hasHeader = (await this.#options.begin?.(this.#append)) ?? this.#append;
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    this.#keys ??= keysOf(logs);
    const keys = this.#keys;
    if (!this.#hasHeader) await this.#write(["epoch", ...keys]);
    this.#hasHeader = true;
    await this.#write([String(epoch), ...keys.map((key) => (key in logs ? String(logs[key]) : "NA"))]);
  }

  #write(values: readonly string[]): void | Promise<void> {
    return this.#options.write(values.map((value) => this.#quote(value)).join(this.#separator));
  }

  #quote(value: string): string {
    const isPlain = !value.includes(this.#separator) && !/["\r\n]/.test(value);
    return isPlain ? value : `"${value.replaceAll('"', '""')}"`;
  }
}

/** The keys of the first epoch, sorted; those of validation too, which may come in a later epoch. */
function keysOf(logs: Readonly<Logs>): string[] {
  const keys = Object.keys(logs).sort();
  const validates = keys.some((key) => key.startsWith("val_"));
  return validates ? keys : [...keys, ...keys.map((key) => `val_${key}`)];
}

function separatorOption(value: unknown): string {
  if (typeof value === "string" && value.length === 1 && value !== '"') return value;
  throw invalidOption("separator", "one character, not a quote", value);
}
