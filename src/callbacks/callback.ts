import type { Model } from "../models/model.js";
import type { Logs } from "../models/trainer.js";
import type { Tensor } from "../tensor/tensor.js";

/** What a hook returns: nothing, or in `fit` a promise that is waited for. */
export type HookResult = void | Promise<void>;

/**
 * What can be told about training, evaluation and prediction while they run. Every hook may be left out.
 * Hooks that return promises work in `fit` alone.
 */
export interface CallbackHooks {
  /** Once, before the first epoch of a fit. */
  onTrainBegin?(): HookResult;
  /** Once, after the last epoch, whatever ended it. `logs` are those of the last epoch. */
  onTrainEnd?(logs: Readonly<Logs>): HookResult;
  onEpochBegin?(epoch: number): HookResult;
  /** After validation. What is written into `logs` comes into the history. */
  onEpochEnd?(epoch: number, logs: Logs): HookResult;
  onTrainBatchBegin?(batch: number): HookResult;
  /** `logs` are loss and metrics of the epoch so far. */
  onTrainBatchEnd?(batch: number, logs: Readonly<Logs>): HookResult;
  /** Before and after an evaluation or a validation. */
  onTestBegin?(): HookResult;
  onTestEnd?(logs: Readonly<Logs>): HookResult;
  onTestBatchBegin?(batch: number): HookResult;
  onTestBatchEnd?(batch: number, logs: Readonly<Logs>): HookResult;
  onPredictBegin?(): HookResult;
  onPredictEnd?(): HookResult;
  onPredictBatchBegin?(batch: number): HookResult;
  onPredictBatchEnd?(batch: number, logs: { readonly outputs: readonly Tensor[] }): HookResult;
}

/** What a callback may know of the call it is part of. */
export interface CallbackParameters {
  readonly epochs: number;
  /** Steps in an epoch; undefined for an iterable of unknown length. */
  readonly steps: number | undefined;
  readonly verbose: 0 | 1 | 2;
}

/** A callback that knows its model. Extend it, and override the hooks you need. */
export abstract class Callback implements CallbackHooks {
  #model: Model | undefined;
  #parameters: CallbackParameters | undefined;

  /** The model that is trained, evaluated or asked. */
  protected get model(): Model {
    return this.#model as Model;
  }

  protected get parameters(): CallbackParameters {
    return this.#parameters as CallbackParameters;
  }

  /** @internal */
  attach(model: Model, parameters: CallbackParameters): void {
    this.#model = model;
    this.#parameters = parameters;
  }
}

export interface Callback extends CallbackHooks {}
