import { LanegradError, nearest } from "../errors.js";
import { invalidOption } from "../options.js";
import type { CallbackHooks } from "./callback.js";

export type Hook = keyof CallbackHooks;

export const HOOKS: readonly Hook[] = [
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

/** What looks like the name of a hook: onEpochEnd, and Keras's on_epoch_end. */
const HOOK_LIKE = /^on(?:[A-Z]|_)/;

/**
 * Refuses hooks that would never be called. Other members of a callback are its own business.
 *
 * @throws LanegradError UNKNOWN_OPTION for a name that looks like a hook and is none, INVALID_OPTION for a
 * hook that is no function
 */
export function checkHooks(callback: object): void {
  for (const key of memberNames(callback)) {
    if (!HOOK_LIKE.test(key)) continue;
    const isHook = HOOKS.includes(key as Hook);
    if (!isHook) throw unknownHook(key);
    const value = callback[key as keyof typeof callback] as unknown;
    if (value === undefined || typeof value === "function") continue;
    throw invalidOption(key, "a function", value);
  }
}

function unknownHook(key: string): LanegradError {
  // Keras has on_batch_end for on_train_batch_end.
  const guess = nearest(key.replace(/^on_?batch/i, "onTrainBatch"), HOOKS);
  const hint = guess === undefined ? `The hooks are ${HOOKS.join(", ")}.` : `Did you mean ${guess}?`;
  return new LanegradError("UNKNOWN_OPTION", `a callback has no hook ${key}. ${hint} Received: ${key}`);
}

/** The names of an object's members and of its classes' methods. */
function memberNames(object: object): string[] {
  const names: string[] = [];
  for (
    let at: object | null = object;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    names.push(...Object.getOwnPropertyNames(at));
  }
  return names;
}
