import { checkKeys } from "../options.js";
import type { Layer } from "../layers/layer.js";
import { Callback } from "./callback.js";
import { DeadUnits } from "./deadUnits.js";
import { Diagnosis } from "./diagnosis.js";
import { functionOption } from "./modelCheckpoint.js";
import { StepRecorder } from "./stepRecorder.js";
import type { LayerMeans } from "./stepRecorder.js";

/** Options of `callbacks.diagnostics`. */
export interface DiagnosticsOptions {
  /** Takes what is wrong, in plain words. Default: console.warn. */
  report?: (message: string) => void;
}

/** What a layer did in an epoch. Norms are means over up to ten steps of the epoch. */
export interface LayerDiagnostics {
  /** The layer's path in the model, such as "encoder/dense". */
  readonly name: string;
  /** The norm of the gradient of all its weights, before clipping; null if it is not trained. */
  readonly gradientNorm: number | null;
  /** The norm of its trained weights before a step; null if there are none. */
  readonly weightNorm: number | null;
  /**
   * The norm of the change of its trained weights in a step, over their norm: about 1e-3 in healthy
   * training. Null if there are none, or they are all zero.
   */
  readonly updateRatio: number | null;
  /**
   * The share of units (places on the last axis) whose output was exactly 0 for every row of the epoch; null
   * if its activation is not of the kind of relu, or the loss was NaN.
   */
  readonly deadShare: number | null;
}

/** What the layers did in an epoch. */
export interface EpochDiagnostics {
  /** From 0. */
  readonly epoch: number;
  /** Every layer in the model's order, those of models inside it among them. */
  readonly layers: readonly LayerDiagnostics[];
}

/** Steps of an epoch whose norms are taken, evenly spaced. */
const SAMPLES = 10;

const NOT_TRAINED: LayerMeans = { gradientNorm: null, weightNorm: null, updateRatio: null };

/** What one fit needs. */
interface Run {
  readonly recorder: StepRecorder;
  readonly deadUnits: DeadUnits;
  readonly diagnosis: Diagnosis;
  readonly leaves: ReadonlyMap<Layer, string>;
}

/**
 * Looks into training, layer by layer. Each fit starts anew. Norms are taken in up to ten steps of an epoch,
 * evenly spaced, the last one among them (in every tenth step where the number of steps is not known); dead
 * units are looked for in every step.
 *
 * Says once for each layer: that its gradient vanishes, below 1e-4 of the largest one of the layers after it
 * (mean of an epoch); that it explodes, beyond 1000 times that of the whole network in the first step, or
 * beyond 1e6; that half of its units or more are dead. And once a model where the first NaN came from.
 */
export class Diagnostics extends Callback {
  readonly #report: (message: string) => void;
  #epochs: EpochDiagnostics[] = [];
  #run: Run | undefined;

  constructor(options: DiagnosticsOptions) {
    super();
    checkKeys("callbacks.diagnostics", options, ["report"]);
    const warn = (message: string): void => console.warn(message);
    this.#report = functionOption("report", options.report ?? warn);
  }

  /** The epochs of the last fit, those that were completed. */
  get epochs(): readonly EpochDiagnostics[] {
    return this.#epochs;
  }

  override onTrainBegin(): void {
    this.#stop();
    this.#epochs = [];
    const trainer = this.model.trainer();
    const { training } = trainer;
    const { leaves } = this.model.nested;
    const deadUnits = new DeadUnits(training.lossPlan.plan);
    const trained = [...new Set(training.trained.map(({ layer }) => layer))];
    const diagnosis = new Diagnosis(
      trained.map((layer) => leaves.get(layer) as string),
      this.#report,
    );
    const recorder = new StepRecorder(training, deadUnits, {
      onGradientNorm: (layer, norm, step) => diagnosis.checkGradient(layer, norm, step),
      onNaN: (message) => diagnosis.sayNaN(message),
    });
    this.#run = { recorder, deadUnits, diagnosis, leaves };
    trainer.observe(recorder);
  }

  override onEpochBegin(): void {
    this.#run?.recorder.beginEpoch(this.parameters.steps, SAMPLES);
  }

  override onEpochEnd(epoch: number): void {
    if (this.#run === undefined) return;
    const { recorder, deadUnits, diagnosis, leaves } = this.#run;
    const layers = [...leaves].map(([layer, name]): LayerDiagnostics => {
      const position = recorder.layers.indexOf(layer);
      const means = position < 0 ? NOT_TRAINED : recorder.meansOf(position);
      return { name, ...means, deadShare: deadUnits.shareOf(layer) };
    });
    this.#epochs.push({ epoch, layers });
    for (const { name, deadShare } of layers) diagnosis.checkDead(name, deadShare, epoch);
    // A dead layer lets no gradient through, and has been named.
    if (layers.some(({ deadShare }) => deadShare === 1)) return;
    diagnosis.checkVanishing(
      recorder.layers.map((_, i) => recorder.meansOf(i).gradientNorm),
      epoch,
    );
  }

  override onTrainEnd(): void {
    this.#stop();
  }

  #stop(): void {
    if (this.#run === undefined) return;
    this.model.trainer().observe(undefined);
    this.#run.recorder.release();
    this.#run = undefined;
  }
}
