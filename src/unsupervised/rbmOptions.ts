// What a restricted Boltzmann machine is told.
import { checkKeys, flag, fraction, positive, positiveInteger, seedNumber } from "../options.js";
import { freshSeed } from "../runtime/random.js";

/** Options of `rbm`. */
export interface RbmOptions {
  /** The number of hidden units. */
  units: number;
  /** Default 0.1. */
  learningRate?: number;
  /** The share of a step that the next one keeps, from 0, below 1. Default 0. */
  momentum?: number;
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

/** @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION */
export function readRbmOptions(options: RbmOptions): RbmConfig {
  checkKeys("rbm", options, [
    "units",
    "learningRate",
    "momentum",
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
    k: positiveInteger("k", options.k ?? 1),
    persistent: flag("persistent", options.persistent ?? false),
    batchSize: positiveInteger("batchSize", options.batchSize ?? 32),
    epochs: positiveInteger("epochs", options.epochs ?? 10),
    seed: seedNumber("seed", options.seed ?? freshSeed()),
  };
}
