import { LanegradError, show } from "../errors.js";
import type { Model } from "../models/model.js";
import { Callback } from "./callback.js";
import type { CallbackHooks, CallbackParameters, HookResult } from "./callback.js";

type Hook = keyof CallbackHooks;

/** The callbacks of a call. A hook that nobody has costs nothing. */
export class CallbackList {
  readonly #callbacks: readonly CallbackHooks[];
  readonly #isAsync: boolean;

  /**
   * @param isAsync whether promises can be waited for
   * @throws LanegradError INVALID_OPTION for what is no callback
   */
  constructor(callbacks: unknown, isAsync: boolean) {
    this.#callbacks = checkCallbacks(callbacks);
    this.#isAsync = isAsync;
  }

  /** Tells the callbacks which call they are part of. */
  attach(model: Model, parameters: CallbackParameters): void {
    for (const callback of this.#callbacks) {
      if (callback instanceof Callback) callback.attach(model, parameters);
    }
  }

  /** Whether any callback has a hook. */
  has(hook: Hook): boolean {
    return this.#callbacks.some((callback) => typeof callback[hook] === "function");
  }

  /** Calls a hook of all callbacks, in order; a promise if there is something to wait for. */
  call(hook: Hook, ...values: readonly unknown[]): Promise<void> | undefined {
    let waiting: Promise<void> | undefined;
    for (const callback of this.#callbacks) {
      const run = (): HookResult =>
        (callback[hook] as ((...values: unknown[]) => HookResult) | undefined)?.apply(callback, [...values]);
      if (waiting !== undefined) {
        waiting = waiting.then(run);
        continue;
      }
      const result = run();
      if (isPromise(result)) waiting = this.#allow(result, hook);
    }
    return waiting;
  }

  #allow(result: Promise<void>, hook: Hook): Promise<void> {
    if (this.#isAsync) return result;
    throw new LanegradError(
      "INVALID_OPTION",
      `hooks that return promises work in fit alone. Received: a promise from ${hook}`,
    );
  }
}

function isPromise(result: HookResult): result is Promise<void> {
  return typeof result === "object" && result !== null && "then" in result;
}

const HOOKS: readonly Hook[] = [
  "onTrainBegin",
  "onTrainEnd",
  "onEpochBegin",
  "onEpochEnd",
  "onTrainBatchBegin",
  "onTrainBatchEnd",
  "onTestBegin",
  "onTestEnd",
  "onTestBatchBegin",
  "onTestBatchEnd",
  "onPredictBegin",
  "onPredictEnd",
  "onPredictBatchBegin",
  "onPredictBatchEnd",
];

function checkCallbacks(callbacks: unknown): readonly CallbackHooks[] {
  if (!Array.isArray(callbacks)) {
    throw new LanegradError(
      "INVALID_OPTION",
      `callbacks must be an array. Received: callbacks=${show(callbacks)}`,
    );
  }
  for (const callback of callbacks) {
    const isObject = typeof callback === "object" && callback !== null;
    if (isObject && (callback instanceof Callback || HOOKS.some((hook) => hook in callback))) continue;
    throw new LanegradError(
      "INVALID_OPTION",
      `a callback must extend callbacks.Callback or be an object with hooks such as onEpochEnd. Received: ${show(callback)}`,
    );
  }
  return callbacks as readonly CallbackHooks[];
}
