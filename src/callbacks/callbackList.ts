import { LanegradError, show } from "../errors.js";
import { invalidOption } from "../options.js";
import type { Model } from "../models/model.js";
import { Callback } from "./callback.js";
import type { CallbackHooks, CallbackParameters, HookResult } from "./callback.js";
import { checkHooks, HOOKS } from "./hooks.js";
import type { Hook } from "./hooks.js";

/** The callbacks of a call. A hook that nobody has costs nothing. */
export class CallbackList {
  readonly #callbacks: readonly CallbackHooks[];
  /** The callbacks that have a hook; hooks that nobody has are left out. */
  readonly #byHook: ReadonlyMap<Hook, readonly CallbackHooks[]>;
  readonly #isAsync: boolean;

  /**
   * @param isAsync whether promises can be waited for
   * @throws LanegradError INVALID_OPTION for what is no callback, UNKNOWN_OPTION for a misspelt hook
   */
  constructor(callbacks: unknown, isAsync: boolean) {
    this.#callbacks = checkCallbacks(callbacks);
    this.#byHook = sortByHook(this.#callbacks);
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
    return this.#byHook.has(hook);
  }

  /**
   * Calls a hook of all callbacks, each after the one before has ended; a promise if there is something to
   * wait for. An exception of a hook is the caller's; the callbacks after it are not called.
   */
  call(hook: Hook, ...values: readonly unknown[]): Promise<void> | undefined {
    const callbacks = this.#byHook.get(hook);
    if (callbacks === undefined) return undefined;
    let waiting: Promise<void> | undefined;
    for (const callback of callbacks) {
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
    const promise = Promise.resolve(result);
    if (this.#isAsync) return promise;
    // Nobody will wait for it; should it fail as well, one error is enough.
    promise.catch(() => {});
    throw new LanegradError(
      "INVALID_OPTION",
      `hooks that return promises work in fit, and in evaluate on an async iterable. Received: a promise from ${hook}`,
    );
  }
}

function sortByHook(callbacks: readonly CallbackHooks[]): Map<Hook, readonly CallbackHooks[]> {
  const byHook = new Map<Hook, readonly CallbackHooks[]>();
  for (const hook of HOOKS) {
    const having = callbacks.filter((callback) => typeof callback[hook] === "function");
    if (having.length > 0) byHook.set(hook, having);
  }
  return byHook;
}

function isPromise(result: HookResult): result is Promise<void> {
  return typeof result === "object" && result !== null && "then" in result;
}

function checkCallbacks(callbacks: unknown): readonly CallbackHooks[] {
  if (!Array.isArray(callbacks)) {
    throw invalidOption("callbacks", "an array", callbacks);
  }
  for (const callback of callbacks) {
    const isObject = typeof callback === "object" && callback !== null;
    if (isObject) checkHooks(callback);
    if (isObject && (callback instanceof Callback || HOOKS.some((hook) => hook in callback))) continue;
    throw new LanegradError(
      "INVALID_OPTION",
      `a callback must extend callbacks.Callback or be an object with hooks such as onEpochEnd. Received: ${show(callback)}`,
    );
  }
  return callbacks as readonly CallbackHooks[];
}
