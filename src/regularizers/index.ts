import { checkKeys } from "../options.js";
import { makeNamed } from "../registry.js";
import type { NamedWithOptions } from "../registry.js";
import { Regularizer } from "./regularizer.js";

export { Regularizer };

const DEFAULT_FACTOR = 0.01;

/** l1 * sum |w|, which drives weights to exactly zero. Default l1 0.01, as in Keras. */
export function l1(options: { l1?: number } = {}): Regularizer {
  checkKeys("regularizers.l1", options, ["l1"]);
  return new Regularizer(options.l1 ?? DEFAULT_FACTOR, 0);
}

/** l2 * sum w^2, also called weight decay. Default l2 0.01, as in Keras. */
export function l2(options: { l2?: number } = {}): Regularizer {
  checkKeys("regularizers.l2", options, ["l2"]);
  return new Regularizer(0, options.l2 ?? DEFAULT_FACTOR);
}

/** Both penalties. Default l1 0, l2 0, as Keras's class; the name "l1L2" alone means 0.01 and 0.01. */
export function l1L2(options: { l1?: number; l2?: number } = {}): Regularizer {
  checkKeys("regularizers.l1L2", options, ["l1", "l2"]);
  return new Regularizer(options.l1 ?? 0, options.l2 ?? 0);
}

const factories = { l1, l2, l1L2 };

/** A regularizer, its name, or an object with its name and options. */
export type RegularizerSpec = Regularizer | NamedWithOptions<"l1" | "l2" | "l1L2" | "l1_l2">;

/** @internal */
export function toRegularizer(option: string, spec: RegularizerSpec | undefined): Regularizer | undefined {
  if (spec === undefined || spec instanceof Regularizer) return spec;
  if (spec === "l1L2" || spec === "l1_l2") return l1L2({ l1: DEFAULT_FACTOR, l2: DEFAULT_FACTOR });
  return makeNamed(option, spec, factories);
}
