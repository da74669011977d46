import { Callback } from "./callback.js";
import type { CallbackHooks, CallbackParameters, HookResult } from "./callback.js";
import { CsvLogger } from "./csvLogger.js";
import type { CsvLoggerOptions, CsvSink } from "./csvLogger.js";
import { Diagnostics } from "./diagnostics.js";
import type { DiagnosticsOptions, EpochDiagnostics, LayerDiagnostics } from "./diagnostics.js";
import { EarlyStopping } from "./earlyStopping.js";
import type { EarlyStoppingOptions } from "./earlyStopping.js";
import { LambdaCallback } from "./lambda.js";
import { LearningRateScheduler, ReduceLROnPlateau } from "./learningRate.js";
import type {
  LearningRateOfEpoch,
  LearningRateSchedulerOptions,
  ReduceLROnPlateauOptions,
} from "./learningRate.js";
import { ModelCheckpoint, notAPath } from "./modelCheckpoint.js";
import type { CheckpointInfo, CheckpointSink, ModelCheckpointOptions } from "./modelCheckpoint.js";
import type { MonitorMode, MonitorOptions } from "./monitor.js";
import { TerminateOnNaN } from "./terminateOnNaN.js";

export { Callback };
export type {
  CallbackHooks,
  CallbackParameters,
  CheckpointInfo,
  CheckpointSink,
  CsvLogger,
  CsvLoggerOptions,
  CsvSink,
  Diagnostics,
  DiagnosticsOptions,
  EarlyStopping,
  EarlyStoppingOptions,
  EpochDiagnostics,
  HookResult,
  LambdaCallback,
  LayerDiagnostics,
  LearningRateOfEpoch,
  LearningRateScheduler,
  LearningRateSchedulerOptions,
  ModelCheckpoint,
  ModelCheckpointOptions,
  MonitorMode,
  MonitorOptions,
  ReduceLROnPlateau,
  ReduceLROnPlateauOptions,
  TerminateOnNaN,
};

/**
 * A callback made of single functions.
 *
 * @throws LanegradError UNKNOWN_OPTION for a hook that does not exist, INVALID_OPTION for one that is no function
 */
export const lambda = (hooks: CallbackHooks): LambdaCallback => new LambdaCallback(hooks);

/**
 * Stops training when a quantity no longer gets better, and puts the best weights back if wanted, whatever
 * ended training. Default: monitor "val_loss", minDelta 0, patience 0, as in Keras.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; INVALID_OPTION when training
 * begins, if mode is "auto" and the name of the quantity does not tell what better means
 */
export const earlyStopping = (options: EarlyStoppingOptions = {}): EarlyStopping =>
  new EarlyStopping(options);

/**
 * Hands the saved model to a function, after each epoch or after so many batches, always or only when it is
 * better than ever. Default: monitor "val_loss", saveFreq "epoch", as in Keras.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; INVALID_OPTION when training
 * begins, as `earlyStopping`
 */
export const modelCheckpoint = (options: ModelCheckpointOptions): ModelCheckpoint =>
  new ModelCheckpoint(
    notAPath(options, "callbacks.modelCheckpoint", "{ save: fileSink(path) } with fileSink"),
  );

/**
 * Sets the learning rate at the begin of each epoch, and reports it as `learningRate` in the history.
 *
 * @param schedule the learning rate of an epoch, counted from 0, from the one so far
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION; INVALID_OPTION in fit if the schedule returns no
 * learning rate
 */
export const learningRateScheduler = (
  schedule: LearningRateOfEpoch,
  options: LearningRateSchedulerOptions = {},
): LearningRateScheduler => new LearningRateScheduler(schedule, options);

/**
 * Reduces the learning rate when a quantity no longer gets better, and reports it as `learningRate` in the
 * history. Default: monitor "val_loss", factor 0.1, patience 10, minDelta 1e-4, cooldown 0, minLr 0, as in Keras.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; INVALID_OPTION when training
 * begins, as `earlyStopping`
 */
export const reduceLROnPlateau = (options: ReduceLROnPlateauOptions = {}): ReduceLROnPlateau =>
  new ReduceLROnPlateau(options);

/**
 * Hands a line of values for each epoch to a function: a header first, epoch and then the sorted keys of the
 * first epoch. What an epoch does not report is NA.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION
 */
export const csvLogger = (options: CsvLoggerOptions): CsvLogger =>
  new CsvLogger(notAPath(options, "callbacks.csvLogger", "csvSink(path)"));

/** Stops training, and says so, at the batch whose loss is NaN or infinite. */
export const terminateOnNaN = (): TerminateOnNaN => new TerminateOnNaN();

/**
 * Looks into training: for each layer and epoch the norms of gradient and weights, the size of updates and
 * the share of dead units. Says in plain words when gradients vanish or explode, units are dead or the loss
 * is NaN.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION
 */
export const diagnostics = (options: DiagnosticsOptions = {}): Diagnostics => new Diagnostics(options);
