import type { Logs } from "../models/trainer.js";
import { Callback } from "./callback.js";

/** Stops training when the loss is no number, or infinite (Keras's TerminateOnNaN). */
export class TerminateOnNaN extends Callback {
  override onTrainBatchEnd(batch: number, logs: Readonly<Logs>): void {
    if (Number.isFinite(logs.loss)) return;
    console.warn(`Lanegrad: batch ${batch}: the loss is ${logs.loss}; training stops here.`);
    this.model.stopTraining = true;
  }
}
