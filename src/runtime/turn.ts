// Giving the event loop its turn during long work.

/** After so many steps with a clock that has not moved, the clock is taken to stand still. */
const STEPS_WITHOUT_CLOCK = 256;

interface Immediate {
  setImmediate?: (callback: () => void) => void;
}

/** Whether this is workerd, which delivers every message before a timer that is due. */
function isWorkerd(): boolean {
  return typeof navigator !== "undefined" && navigator.userAgent === "Cloudflare-Workers";
}

/** Resolves after timers, messages and input that were waiting have had their turn. */
function nextTurn(): Promise<void> {
  const { setImmediate } = globalThis as Immediate;
  if (typeof setImmediate === "function") return new Promise((resolve) => setImmediate(resolve));
  if (typeof MessageChannel === "undefined" || isWorkerd())
    return new Promise((resolve) => setTimeout(resolve, 0));
  // A timer would wait at least 4 ms in browsers; a message comes right after what was waiting.
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}

/** When the event loop last had a turn that we know of, in any call. */
let lastTurn = -Infinity;

/** Says when work that runs in steps should let the event loop have a turn. */
export class Pacer {
  readonly #interval: number;
  #lastReading = -1;
  #stepsSinceReadingMoved = 0;

  /** @param interval milliseconds between turns */
  constructor(interval: number) {
    this.#interval = interval;
  }

  /** Whether a turn is due after a step. Cheap enough to ask after every step. */
  isDue(): boolean {
    const now = performance.now();
    if (now === this.#lastReading) return ++this.#stepsSinceReadingMoved >= STEPS_WITHOUT_CLOCK;
    this.#lastReading = now;
    this.#stepsSinceReadingMoved = 0;
    return now - lastTurn >= this.#interval;
  }

  async turn(): Promise<void> {
    await nextTurn();
    lastTurn = performance.now();
    this.#lastReading = lastTurn;
    this.#stepsSinceReadingMoved = 0;
  }
}
