// One network in training: started, stopped at the end of an epoch, and resumed as if it had never been stopped.
import type { Model } from "lanegrad";
import { judge } from "./judge.js";
import { buildNetwork, SEED } from "./network.js";
import type { Prepared } from "./prepare.js";
import { UserError } from "./protocol.js";
import type { EpochLogs, RunSummary, Settings, TestResult } from "./protocol.js";

/** The page needs no more curves than it can draw. */
const MILLISECONDS_BETWEEN_REPORTS = 60;

/** Takes the logs of epochs, the first one counted from 0. */
export type Report = (firstEpoch: number, logs: readonly EpochLogs[]) => void;

/** One network in training. */
export class Session {
  readonly prepared: Prepared;
  readonly settings: Settings;
  readonly net: Model;
  /** Epochs that are complete. */
  completed = 0;
  /** Time spent in training. */
  milliseconds = 0;
  #mustStop = false;

  constructor(prepared: Prepared, settings: Settings) {
    this.prepared = prepared;
    this.settings = settings;
    this.net = buildNetwork(prepared.task, settings);
  }

  summary(): RunSummary {
    const { task, training, validation, test, notices } = this.prepared;
    return {
      task,
      trainingRows: training.y.length,
      validationRows: validation.y.length,
      testRows: test.y.length,
      parameters: this.net.countParams(),
      epochs: this.settings.epochs,
      notices,
    };
  }

  /** Ends training after the epoch under way: only then does resuming give the same bits as never stopping. */
  stop(): void {
    this.#mustStop = true;
  }

  /**
   * Trains from where it stopped to the last epoch, or until `stop`.
   *
   * @throws UserError if the loss is no longer a number: what the network says then means nothing
   */
  async train(report: Report): Promise<TestResult> {
    const { training, validation, test, task, scaling } = this.prepared;
    const { epochs, batchSize } = this.settings;
    this.#mustStop = false;
    let waiting: EpochLogs[] = [];
    let lastReport = performance.now();
    let hasFailed = false;
    const start = lastReport;
    const tell = (): void => {
      if (waiting.length > 0) report(this.completed - waiting.length, waiting);
      waiting = [];
      lastReport = performance.now();
    };
    await this.net.fit(training.x, training.y, {
      epochs,
      batchSize,
      initialEpoch: this.completed,
      seed: SEED,
      verbose: 0,
      validationData: validation.y.length > 0 ? [validation.x, validation.y] : undefined,
      callbacks: [
        {
          onEpochEnd: (_, logs) => {
            this.completed++;
            waiting.push(inUnitsOf(logs, scaling.label.scale));
            if (performance.now() - lastReport > MILLISECONDS_BETWEEN_REPORTS) tell();
            hasFailed = !Number.isFinite(logs.loss);
            if (this.#mustStop || hasFailed) this.net.stopTraining = true;
          },
        },
      ],
    });
    if (hasFailed) {
      throw new UserError(
        `The loss was no longer a number in epoch ${this.completed}, so the network has learnt nothing. Try a lower learning rate, or smaller numbers in the table.`,
      );
    }
    this.milliseconds += performance.now() - start;
    tell();
    return judge(this.net, task, scaling, test);
  }
}

/** The network learns a number scaled; its mean error is shown in the unit of the table. */
function inUnitsOf(logs: EpochLogs, scale: number): EpochLogs {
  const entries = Object.entries(logs).map(([key, value]): [string, number] => [
    key,
    key.endsWith("meanAbsoluteError") ? value * scale : value,
  ]);
  return Object.fromEntries(entries);
}
