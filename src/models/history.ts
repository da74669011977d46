/** What `fit` returns: the epochs that were completed and what each one reported. */
export class History {
  /** The number of each completed epoch, from `initialEpoch` on. */
  readonly epoch: number[] = [];
  /** One list for each key: loss, the metrics as written, and the same with val_ before. */
  readonly history: Record<string, number[]> = {};
  /** Whether training ended before the last epoch, by a signal or `stopTraining`. */
  stopped = false;

  /** @internal */
  add(epoch: number, logs: Readonly<Record<string, number>>): void {
    this.epoch.push(epoch);
    for (const key of Object.keys(logs)) (this.history[key] ??= []).push(logs[key]);
  }
}
