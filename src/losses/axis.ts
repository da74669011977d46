import { invalidOption } from "../options.js";
import type { LossOptions } from "./loss.js";

/** Options of the losses that could be along another axis in Keras. */
export interface LastAxisOptions extends LossOptions {
  /** The axis that one loss is over: only -1, the last one. Default -1. */
  axis?: -1;
}

/** The axis of the losses that are over the last one alone. */
export function lastAxis(axis: unknown): -1 {
  if (axis === undefined || axis === -1) return -1;
  throw invalidOption("axis", "-1, the last axis", axis);
}
