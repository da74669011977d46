// Activations as layers of their own.
import { ELU } from "../elu.js";
import type { ELUOptions } from "../elu.js";
import { factory } from "../factory.js";
import type { LayerFactory } from "../factory.js";
import { LeakyReLU } from "../leakyReLU.js";
import type { LeakyReLUOptions } from "../leakyReLU.js";
import { PReLU } from "../prelu.js";
import type { PReLUOptions } from "../prelu.js";
import { ReLU } from "../reLU.js";
import type { ReLUOptions } from "../reLU.js";
import { Softmax } from "../softmax.js";
import type { SoftmaxOptions } from "../softmax.js";

export type {
  ELU,
  ELUOptions,
  LeakyReLU,
  LeakyReLUOptions,
  PReLU,
  PReLUOptions,
  ReLU,
  ReLUOptions,
  Softmax,
  SoftmaxOptions,
};

/**
 * The activation relu as a layer; default no largest value, slope 0, threshold 0. Same shape.
 *
 * @throws LanegradError INVALID_OPTION if an option is negative; UNKNOWN_OPTION
 */
export const reLU: LayerFactory<typeof ReLU> = /* @__PURE__ */ factory("ReLU", ReLU);

/**
 * The activation leakyRelu as a layer; default slope 0.3. Same shape.
 *
 * @throws LanegradError INVALID_OPTION if the slope is negative; UNKNOWN_OPTION
 */
export const leakyReLU: LayerFactory<typeof LeakyReLU> = /* @__PURE__ */ factory("LeakyReLU", LeakyReLU);

/**
 * y = x where x is positive, else alpha x with a learnt alpha, 0 at first, for each position of a row (He et
 * al. 2015). Input and output have the same shape.
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options; SHAPE_MISMATCH, when
 * the shape is known, if it has no such axes
 */
export const prelu: LayerFactory<typeof PReLU> = /* @__PURE__ */ factory("PReLU", PReLU);

/**
 * The activation elu as a layer; default alpha 1. Same shape.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const elu: LayerFactory<typeof ELU> = /* @__PURE__ */ factory("ELU", ELU);

/**
 * The activation softmax, along the last axis, as a layer. Same shape.
 *
 * @throws LanegradError INVALID_OPTION for another axis; UNKNOWN_OPTION
 */
export const softmax: LayerFactory<typeof Softmax> = /* @__PURE__ */ factory("Softmax", Softmax);
