import { writeToTerminal } from "../runtime/terminal.js";
import type { Logs } from "./trainer.js";

const BAR_WIDTH = 20;

/** A bar that is drawn more often than this, in milliseconds, cannot be read. */
const INTERVAL = 50;

/** A number as a progress bar shows it: four digits that count. */
function brief(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(4) : value.toFixed(4);
}

function describe(logs: Readonly<Logs>): string {
  return Object.entries(logs)
    .map(([key, value]) => ` - ${key}: ${brief(value)}`)
    .join("");
}

function time(milliseconds: number): string {
  if (milliseconds < 1) return `${Math.round(milliseconds * 1000)}us`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60
    ? `${seconds}s`
    : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Tells a person how training goes: a bar in a terminal, or a line after each epoch. */
export class Progress {
  readonly #epochs: number;
  readonly #steps: number;
  readonly #bar: boolean;
  readonly #write: (text: string) => void;
  #epochStart = 0;
  #lastDrawn = 0;

  /** @param verbose 1 for a bar, 2 for a line an epoch */
  constructor(verbose: 1 | 2, epochs: number, steps: number, write = writeToTerminal) {
    this.#epochs = epochs;
    this.#steps = steps;
    this.#bar = verbose === 1;
    this.#write = write;
  }

  beginEpoch(epoch: number): void {
    this.#epochStart = performance.now();
    this.#lastDrawn = 0;
    if (this.#bar) this.#write(`Epoch ${epoch + 1}/${this.#epochs}\n`);
  }

  /** Whether it is time to draw again. Cheap enough to ask after every step. */
  isDue(): boolean {
    return this.#bar && performance.now() - this.#lastDrawn >= INTERVAL;
  }

  /** Draws how far the epoch is. */
  step(done: number, logs: Readonly<Logs>): void {
    this.#lastDrawn = performance.now();
    const perStep = (this.#lastDrawn - this.#epochStart) / done;
    const left = perStep * (this.#steps - done);
    this.#draw(done, `${time(left)} left ${time(perStep)}/step`, logs, "");
  }

  endEpoch(epoch: number, logs: Readonly<Logs>): void {
    const took = performance.now() - this.#epochStart;
    const times = `${time(took)} ${time(took / this.#steps)}/step`;
    if (this.#bar) this.#draw(this.#steps, times, logs, "\n");
    else this.#write(`Epoch ${epoch + 1}/${this.#epochs} - ${times}${describe(logs)}\n`);
  }

  #draw(done: number, times: string, logs: Readonly<Logs>, end: string): void {
    const filled = Math.floor((BAR_WIDTH * done) / this.#steps);
    const bar = "━".repeat(filled) + "╌".repeat(BAR_WIDTH - filled);
    // Back to the start of the line, and clear what a longer text may have left behind it.
    this.#write(`\r${done}/${this.#steps} ${bar} ${times}${describe(logs)}\u001b[K${end}`);
  }
}
