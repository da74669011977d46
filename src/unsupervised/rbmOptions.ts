// What a restricted Boltzmann machine is told.
import { unknownName } from "../errors.js";
import { checkKeys, flag, fraction, nonNegative, positive, positiveInteger, seedNumber } from "../options.js";
import { freshSeed } from "../runtime/random.js";

/** What a chain passes on as visible units: samples of 0 and 1, or the probabilities that these would have. */
export type RbmVisibleStates = "samples" | "probabilities";

/** Options of `rbm`. */
export interface RbmOptions {
  /** The number of hidden units. */
  units: number;
  /** Default 0.1. */
  learningRate?: number;
  /** The share of a step that the next one keeps, from 0, below 1. Default 0. */
  momentum?: number;
  /** The share of each weight between units that a step takes away, before the learning rate. Default 0. */
  weightDecay?: number;
  /**
   * What a chain passes on as visible units. "probabilities" (Hinton 2010, section 3.2) is for data with values between
   * 0 and 1, such as grey images: these are taken as probabilities too, and what they are compared with should be of
   * the same kind. "samples" is the model as it is defined, for data of 0 and 1. Default "samples".
   */
  visibleStates?: RbmVisibleStates;
  /** Rounds of Gibbs sampling in a step: contrastive divergence CD-k. Default 1. */
  k?: number;
  /** Whether chains go on from step to step (Tieleman 2008) in place of starting from the data. Default false. */
  persistent?: boolean;
  /** Rows in a step; with `persistent` also the number of chains. Default 32. */
  batchSize?: number;
  /** How often `fit` sees all rows. Default 10. */
  epochs?: number;
  /** Of weights, samples and the order of rows. Default: a fresh one. */
  seed?: number;
}

/** The options with their defaults, as files have them. */
export type RbmConfig = Required<RbmOptions>;

const VISIBLE_STATES: readonly RbmVisibleStates[] = ["samples", "probabilities"];

/** @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME */
export function readRbmOptions(options: RbmOptions): RbmConfig {
  checkKeys("rbm", options, [
    "units",
    "learningRate",
    "momentum",
    "weightDecay",
    "visibleStates",
    "k",
    "persistent",
    "batchSize",
    "epochs",
    "seed",
  ]);
  return {
    units: positiveInteger("units", options.units),
    learningRate: positive("learningRate", options.learningRate ?? 0.1),
    momentum: fraction("momentum", options.momentum ?? 0),
    weightDecay: nonNegative("weightDecay", options.weightDecay ?? 0),
    visibleStates: visibleStatesOption(options.visibleStates ?? "samples"),
    k: positiveInteger("k", options.k ?? 1),
    persistent: flag("persistent", options.persistent ?? false),
    batchSize: positiveInteger("batchSize", options.batchSize ?? 32),
    epochs: positiveInteger("epochs", options.epochs ?? 10),
    seed: seedNumber("seed", options.seed ?? freshSeed()),
  };
}

function visibleStatesOption(value: RbmVisibleStates): RbmVisibleStates {
  if (VISIBLE_STATES.includes(value)) return value;
  throw unknownName("visibleStates", value, VISIBLE_STATES);
}
