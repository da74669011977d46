import type { CallbackList } from "../callbacks/callbackList.js";
import { Pacer } from "../runtime/turn.js";
import type { Source, Step } from "./batches.js";
import { LanegradError } from "../errors.js";
import type { Logs, Trainer } from "./trainer.js";

/** Adds the losses of batches up, weighted by their rows. */
class Evaluation {
  #total = 0;
  #rows = 0;
  #batch = 0;

  constructor(
    readonly trainer: Trainer,
    readonly callbacks: CallbackList | undefined,
  ) {
    trainer.resetMetrics();
  }

  beforeBatch(): Promise<void> | undefined {
    return this.callbacks?.call("onTestBatchBegin", this.#batch);
  }

  add({ dataset, start, rows }: Step): void {
    this.#total += rows * this.trainer.testStep(dataset, start, rows);
    this.#rows += rows;
  }

  afterBatch(): Promise<void> | undefined {
    const batch = this.#batch++;
    if (!this.callbacks?.has("onTestBatchEnd")) return undefined;
    const logs = this.trainer.readMetrics({ loss: this.#total / this.#rows });
    return this.callbacks.call("onTestBatchEnd", batch, logs);
  }

  result(): Logs {
    if (this.#rows === 0) throw noBatch();
    const loss = this.#total / this.#rows + this.trainer.penalties();
    return this.trainer.readMetrics({ loss });
  }
}

/** The error for an iterable without batches, or without any that are left. */
export function noBatch(): LanegradError {
  return new LanegradError("INVALID_DATA", "an epoch or validation needs a batch. Received: none");
}

/** Loss and metrics over batches that are at hand, at prediction. */
export function evaluateNow(trainer: Trainer, source: Source, callbacks?: CallbackList): Logs {
  const evaluation = new Evaluation(trainer, callbacks);
  source.begin(0);
  for (let step = source.next(); step !== null; step = source.next()) {
    void evaluation.beforeBatch();
    evaluation.add(step as Step);
    void evaluation.afterBatch();
  }
  return evaluation.result();
}

/** The same over batches that may have to be waited for; lets the event loop have its turns. */
export async function evaluateLater(
  trainer: Trainer,
  source: Source,
  pacer: Pacer,
  callbacks?: CallbackList,
): Promise<Logs> {
  const evaluation = new Evaluation(trainer, callbacks);
  source.begin(0);
  for (;;) {
    const next = source.next();
    const step = next instanceof Promise ? await next : next;
    if (step === null) break;
    await evaluation.beforeBatch();
    evaluation.add(step);
    await evaluation.afterBatch();
    if (pacer.isDue()) await pacer.turn();
  }
  return evaluation.result();
}

/** The whole of a call of `evaluate`; leaves the metrics as they were, and the source released. */
export function evaluateSource(trainer: Trainer, source: Source, callbacks: CallbackList): Logs {
  try {
    void callbacks.call("onTestBegin");
    const logs = trainer.withFreshMetrics(() => evaluateNow(trainer, source, callbacks));
    void callbacks.call("onTestEnd", logs);
    return logs;
  } finally {
    source.release();
  }
}

/** The same over batches that arrive by promises. */
export async function evaluateAsyncSource(
  trainer: Trainer,
  source: Source,
  callbacks: CallbackList,
): Promise<Logs> {
  try {
    await callbacks.call("onTestBegin");
    const logs = await evaluateLater(trainer, source, new Pacer(Infinity), callbacks);
    await callbacks.call("onTestEnd", logs);
    return logs;
  } finally {
    source.release();
  }
}
