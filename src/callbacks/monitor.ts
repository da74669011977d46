import { LanegradError, show } from "../errors.js";
import { checkKeys, finiteNumber, invalidOption, nonNegativeInteger, textOption } from "../options.js";
import type { Logs } from "../models/trainer.js";
import { Callback } from "./callback.js";
import { directionOf } from "./direction.js";

/** Whether a quantity is to become small or large; "auto": as its name says. */
export type MonitorMode = "auto" | "min" | "max";

/** Options of every callback that watches a quantity. */
export interface MonitorOptions {
  /** The key in the history. Default "val_loss". */
  monitor?: string;
  /** Default "auto": losses and errors are to become small, accuracies and scores large. */
  mode?: MonitorMode;
  /** 1 says on the console what the callback does. Default 0. */
  verbose?: 0 | 1;
}

const OPTIONS: readonly string[] = ["monitor", "mode", "verbose"];

/** A callback that watches a quantity and knows whether it gets better (Keras's MonitorCallback). */
export abstract class MonitorCallback extends Callback {
  /** The key in the history that is watched. */
  readonly monitor: string;
  protected readonly verbose: 0 | 1;
  /** The best value so far; undefined before there was one. */
  protected bestValue: number | undefined;

  readonly #owner: string;
  readonly #mode: MonitorMode;
  readonly #minDelta: number;
  #direction: "min" | "max" | undefined;
  #hasWarned = false;

  protected constructor(owner: string, options: MonitorOptions, known: readonly string[], minDelta: number) {
    super();
    checkKeys(owner, options, [...OPTIONS, ...known]);
    this.#owner = owner;
    this.monitor = textOption("monitor", options.monitor ?? "val_loss");
    this.#mode = modeOption(options.mode ?? "auto");
    this.verbose = verboseOption(options.verbose ?? 0);
    // Only its size counts, as in Keras.
    this.#minDelta = Math.abs(finiteNumber("minDelta", minDelta));
  }

  /** The best value of the monitored quantity so far; undefined before there was one. */
  get best(): number | undefined {
    return this.bestValue;
  }

  /**
   * Finds out what better means, before anything is trained.
   *
   * @throws LanegradError INVALID_OPTION if the mode is "auto" and the name of the quantity does not tell
   */
  override onTrainBegin(): void {
    this.#hasWarned = false;
    this.#direction = this.#mode === "auto" ? this.#automatic() : this.#mode;
  }

  /** Whether a value is better than another by more than minDelta. Anything is better than none. */
  protected isImprovement(value: number, reference: number | undefined): boolean {
    if (reference === undefined) return true;
    return this.#direction === "max"
      ? value - this.#minDelta > reference
      : value + this.#minDelta < reference;
  }

  /** The monitored value. Where it is missing, says so once a fit, with what follows from it. */
  protected valueIn(logs: Readonly<Logs>, consequence: string): number | undefined {
    const value = logs[this.monitor];
    if (value !== undefined || this.#hasWarned) return value;
    this.#hasWarned = true;
    const keys = Object.keys(logs).join(", ") || "none";
    console.warn(
      `Lanegrad: ${this.#owner} monitors ${this.monitor}, which this epoch did not report; ${consequence}. The keys are: ${keys}.`,
    );
    return undefined;
  }

  #automatic(): "min" | "max" {
    const direction = directionOf(this.monitor, this.model);
    if (direction !== undefined) return direction;
    throw new LanegradError(
      "INVALID_OPTION",
      `${this.#owner} cannot tell whether ${this.monitor} is to become small or large; give mode: "min" or mode: "max". Received: monitor=${show(this.monitor)}, mode="auto"`,
    );
  }
}

function modeOption(value: unknown): MonitorMode {
  if (value === "auto" || value === "min" || value === "max") return value;
  throw invalidOption("mode", '"auto", "min" or "max"', value);
}

/** @internal */
export function verboseOption(value: unknown): 0 | 1 {
  if (value === 0 || value === 1) return value;
  throw invalidOption("verbose", "0 or 1", value);
}

/** @internal How many epochs something may take: an integer, 0 or more. */
export function epochsOption(name: string, value: number | undefined, standard: number): number {
  return nonNegativeInteger(name, value ?? standard);
}
