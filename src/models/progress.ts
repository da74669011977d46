import { terminalWidth, writeToTerminal } from "../runtime/terminal.js";
import type { Logs } from "./trainer.js";

const BAR_WIDTH = 20;

/** A bar that is drawn more often than this, in milliseconds, cannot be read. */
const INTERVAL = 50;

/** Lines of epochs that end sooner after one another than this, in milliseconds, replace one another. */
const KEEP_INTERVAL = 200;

/** A number as a progress bar shows it: four digits that count. */
function brief(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(4) : value.toFixed(4);
}

function describe(logs: Readonly<Logs>): string {
  return (
    Object.entries(logs)
      // A callback may have written anything, and what is shown must not decide whether training goes on.
      .map(([key, value]) => ` - ${key}: ${brief(Number(value))}`)
      .join("")
  );
}

function time(milliseconds: number): string {
  if (milliseconds < 1) return `${Math.round(milliseconds * 1000)}us`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60
    ? `${seconds}s`
    : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/**
 * Tells a person how training goes: a bar in a terminal, or a line after each epoch. The bar's line stays
 * when an epoch ends, unless the line before has stayed only just now: epochs that take a few milliseconds
 * would scroll everything else away.
 */
export class Progress {
  readonly #epochs: number;
  /** Unknown until the first epoch of an iterable has ended. */
  #steps: number | undefined;
  readonly #bar: boolean;
  readonly #write: (text: string) => void;
  #epoch = 0;
  #epochStart = 0;
  #lastDrawn = 0;
  #lastKept = -Infinity;

  /** @param verbose 1 for a bar, 2 for a line an epoch */
  constructor(verbose: 1 | 2, epochs: number, steps: number | undefined, write = writeToTerminal) {
    this.#epochs = epochs;
    this.#steps = steps;
    this.#bar = verbose === 1;
    this.#write = write;
  }

  beginEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.#epochStart = performance.now();
  }

  /** Whether it is time to draw again. Cheap enough to ask after every step. */
  isDue(): boolean {
    return this.#bar && performance.now() - this.#lastDrawn >= INTERVAL;
  }

  /** Draws how far the epoch is. */
  step(done: number, logs: Readonly<Logs>): void {
    const perStep = (performance.now() - this.#epochStart) / done;
    const left = this.#steps === undefined ? "" : `${time(perStep * (this.#steps - done))} left `;
    this.#draw(done, `${left}${time(perStep)}/step`, logs);
  }

  /** @param steps how many the epoch had */
  endEpoch(logs: Readonly<Logs>, steps: number): void {
    this.#steps = steps;
    const now = performance.now();
    const took = now - this.#epochStart;
    const times = `${time(took)} ${time(took / steps)}/step`;
    if (!this.#bar) {
      this.#write(`Epoch ${this.#epoch + 1}/${this.#epochs} - ${times}${describe(logs)}\n`);
      return;
    }
    const isKept = now - this.#lastKept >= KEEP_INTERVAL || this.#epoch === this.#epochs - 1;
    if (isKept || this.isDue()) this.#draw(steps, times, logs);
    if (!isKept) return;
    this.#write("\n");
    this.#lastKept = now;
  }

  /** Ends a line that was begun, when training stops on the way. */
  stop(): void {
    if (this.#bar) this.#write("\n");
  }

  #draw(done: number, times: string, logs: Readonly<Logs>): void {
    this.#lastDrawn = performance.now();
    const share = this.#steps === undefined ? 0 : Math.min(1, done / this.#steps);
    const filled = Math.floor(BAR_WIDTH * share);
    const bar = "━".repeat(filled) + "╌".repeat(BAR_WIDTH - filled);
    const text = `Epoch ${this.#epoch + 1}/${this.#epochs} ${bar} ${done}/${this.#steps ?? "?"} ${times}${describe(logs)}`;
    // Back to the start of the line, and clear what a longer text may have left behind it.
    this.#write(`\r${text.slice(0, terminalWidth() - 1)}\u001b[K`);
  }
}
