// Giving the event loop its turn during long work.

/** After so many steps with a clock that has not moved, it is taken to stand still: no millisecond has so many. */
const STEPS_WITHOUT_CLOCK = 1024;

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

/** When the event loop last had a turn that we know of, in any call: before the first one, when that began. */
let lastTurn: number | undefined;

/**
 * Says when work that runs in steps should let the event loop have a turn. By the time of day, since the first use of
 * `performance` takes Node 20 more than a millisecond; one that is set counts as one that has gone on.
 */
export class Pacer {
  readonly #interval: number;
  #lastReading = -1;
  /** Since the reading moved, or since a turn. */
  #steps = 0;

  /** @param interval milliseconds between turns */
  constructor(interval: number) {
    this.#interval = interval;
    lastTurn ??= Date.now();
  }

  /** Whether a turn is due after a step. Cheap enough to ask after every step. */
  isDue(): boolean {
    const now = Date.now();
    if (now !== this.#lastReading) {
      this.#lastReading = now;
      this.#steps = 0;
    }
    return ++this.#steps > STEPS_WITHOUT_CLOCK || Math.abs(now - (lastTurn as number)) >= this.#interval;
  }

  async turn(): Promise<void> {
    await nextTurn();
    lastTurn = Date.now();
    this.#steps = 0;
  }
}
