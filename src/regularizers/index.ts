import { checkKeys } from "../options.js";
import { makeNamed } from "../registry.js";
import type { PartSpec } from "../registry.js";
import { CustomRegularizer } from "./custom.js";
import { L1L2 } from "./l1L2.js";
import { Orthogonal } from "./orthogonal.js";
import type { OrthogonalOptions } from "./orthogonal.js";
import { Regularizer } from "./regularizer.js";

export { CustomRegularizer, Regularizer };
export type { OrthogonalOptions };

const DEFAULT_FACTOR = 0.01;

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

const factories = { l1, l2, l1L2, orthogonal };

/** Keras's names of its classes. */
const aliases = {
  L1: "l1",
  L2: "l2",
  L1L2: "l1L2",
  l1l2: "l1L2",
  OrthogonalRegularizer: "orthogonal",
  orthogonalRegularizer: "orthogonal",
} as const;

/** A regularizer, its name, or an object with its name and options. */
export type RegularizerSpec = Regularizer | PartSpec<typeof factories, typeof aliases>;

/** @internal */
export function toRegularizer(option: string, spec: RegularizerSpec | undefined): Regularizer | undefined {
  if (spec === undefined || spec instanceof Regularizer) return spec;
  const made = makeNamed<Regularizer>(option, spec, factories, Regularizer, aliases);
  const isBareName = typeof spec === "string" && made instanceof L1L2 && made.l1 === 0 && made.l2 === 0;
  return isBareName ? l1L2({ l1: DEFAULT_FACTOR, l2: DEFAULT_FACTOR }) : made;
}
