import { checkKeys } from "../options.js";
import { Callback } from "./callback.js";
import type { CallbackHooks } from "./callback.js";
import { checkHooks, HOOKS } from "./hooks.js";

/** A callback made of single functions (Keras's LambdaCallback). */
export class LambdaCallback extends Callback {
  constructor(hooks: CallbackHooks) {
    super();
    checkKeys("callbacks.lambda", hooks, HOOKS);
    checkHooks(hooks);
    Object.assign(this, hooks);
  }
}
