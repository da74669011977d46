import { checkKeys } from "../options.js";
import { CustomRegularizer } from "./custom.js";
import { DEFAULT_FACTOR, L1L2 } from "./l1L2.js";
import { Orthogonal } from "./orthogonal.js";
import type { OrthogonalOptions } from "./orthogonal.js";
import { Regularizer } from "./regularizer.js";

export { CustomRegularizer, Regularizer };
export type { L1L2, Orthogonal, OrthogonalOptions };
export type { RegularizerSpec } from "./spec.js";

/**
 * l1 times the sum of |w|, which drives weights to exactly zero. Default l1 0.01, as in Keras.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export function l1(options: { l1?: number } = {}): L1L2 {
  checkKeys("regularizers.l1", options, ["l1"]);
  return new L1L2(options.l1 ?? DEFAULT_FACTOR, 0);
}

/**
 * l2 times the sum of w^2. Default l2 0.01, as in Keras.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export function l2(options: { l2?: number } = {}): L1L2 {
  checkKeys("regularizers.l2", options, ["l2"]);
  return new L1L2(0, options.l2 ?? DEFAULT_FACTOR);
}

/**
 * Both penalties, l1 times the sum of |w| plus l2 times the sum of w^2. Default l1 0, l2 0, as Keras's class; the
 * name "l1L2" alone means 0.01 and 0.01.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export function l1L2(options: { l1?: number; l2?: number } = {}): L1L2 {
  checkKeys("regularizers.l1L2", options, ["l1", "l2"]);
  return new L1L2(options.l1 ?? 0, options.l2 ?? 0);
}

/**
 * factor times the mean of |cos| over all pairs of rows, or of columns, of a weight of two axes. Default
 * factor 0.01, mode "rows", as in Keras.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const orthogonal = (options: OrthogonalOptions = {}): Orthogonal => new Orthogonal(options);
