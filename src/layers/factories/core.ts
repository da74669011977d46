// The layer of dense networks.
import { Dense } from "../dense.js";
import type { DenseOptions } from "../dense.js";
import { factory } from "../factory.js";
import type { LayerFactory } from "../factory.js";

export type { Dense, DenseOptions };

/**
 * A fully connected layer: y = activation(x . kernel + bias) along the last axis.
 * Input [batch, ..., features], output [batch, ..., units].
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const dense: LayerFactory<typeof Dense> = /* @__PURE__ */ factory("Dense", Dense);
