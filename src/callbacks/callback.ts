import type { Model } from "../models/model.js";
import type { Logs } from "../models/trainer.js";
import type { Tensor } from "../tensor/tensor.js";

/** What a hook returns: nothing, or a promise that is waited for before the next hook is called. */
export type HookResult = void | Promise<void>;

/**
 * What can be told about training, evaluation and prediction while they run. Every hook may be left out.
 * Hooks may return promises in `fit`, and in `evaluate` on an async iterable. What a hook throws ends the
 * call: `fit` rejects with it, without further hooks, and the model can be trained again.
 */
export interface CallbackHooks {
  /** Once, before the first epoch of a fit. */
  onTrainBegin?(): HookResult;
  /**
   * Once, after the last epoch, also when training was stopped or aborted. `logs` are those of the last epoch
   * that was completed.
   */
  onTrainEnd?(logs: Readonly<Logs>): HookResult;
  /** Before an epoch, counted from 0. */
  onEpochBegin?(epoch: number): HookResult;
  /**
   * After an epoch that was completed, and its validation. What is written into `logs` comes into the history,
   * and the callbacks that follow see it.
   */
  onEpochEnd?(epoch: number, logs: Logs): HookResult;
  /** Before a training step, counted from 0 in each epoch. */
  onTrainBatchBegin?(batch: number): HookResult;
  /** After a training step. `logs` are loss and metrics of the epoch so far. */
  onTrainBatchEnd?(batch: number, logs: Readonly<Logs>): HookResult;
  /** Before an evaluation or a validation. */
  onTestBegin?(): HookResult;
  /** After an evaluation or a validation. The keys of `logs` have no val_ before them. */
  onTestEnd?(logs: Readonly<Logs>): HookResult;
  /** Before a batch of an evaluation or a validation. */
  onTestBatchBegin?(batch: number): HookResult;
  /** After it. `logs` are loss and metrics so far. */
  onTestBatchEnd?(batch: number, logs: Readonly<Logs>): HookResult;
  /** Before a prediction. */
  onPredictBegin?(): HookResult;
  /** After a prediction. */
  onPredictEnd?(): HookResult;
  /** Before a batch of a prediction, counted from 0. */
  onPredictBatchBegin?(batch: number): HookResult;
  /** After it, with copies of what it made. */
  onPredictBatchEnd?(batch: number, logs: { readonly outputs: readonly Tensor[] }): HookResult;
}

/** What a callback may know of the call it is part of. */
export interface CallbackParameters {
  /** The epochs that fit was asked for; 1 elsewhere. */
  readonly epochs: number;
  /** Steps in an epoch; undefined for an iterable of unknown length. */
  readonly steps: number | undefined;
  /** As fit was told; 0 elsewhere. */
  readonly verbose: 0 | 1 | 2;
}

/** A callback that knows its model. Extend it, and override the hooks you need. */
// All hooks are optional: there is nothing that merging could leave without a value.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export abstract class Callback implements CallbackHooks {
  #model: Model | undefined;
  #parameters: CallbackParameters | undefined;

  /** The model that is trained, evaluated or asked. */
  protected get model(): Model {
    return this.#model as Model;
  }

  /** What is known of the call under way. */
  protected get parameters(): CallbackParameters {
    return this.#parameters as CallbackParameters;
  }

  /**
   * Says which model and call the hooks to come are about. `fit`, `evaluate` and `predict` do so by themselves.
   *
   * @throws LanegradError BUSY while it serves the `fit` of another model
   */
  attach(model: Model, parameters: CallbackParameters): void {
    if (this.#model !== model) this.#model?.checkNotTraining("another model, same callback");
    this.#model = model;
    this.#parameters = parameters;
  }
}

export interface Callback extends CallbackHooks {}
