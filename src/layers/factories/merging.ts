// Layers of several inputs.
import { Add } from "../add.js";
import { Average } from "../average.js";
import { Concatenate } from "../concatenate.js";
import type { ConcatenateOptions } from "../concatenate.js";
import { Dot } from "../dot.js";
import type { DotOptions } from "../dot.js";
import { factory } from "../factory.js";
import type { LayerFactory } from "../factory.js";
import { Maximum } from "../maximum.js";
import { Minimum } from "../minimum.js";
import { Multiply } from "../multiply.js";
import { Subtract } from "../subtract.js";

export type {
  Add,
  Average,
  Concatenate,
  ConcatenateOptions,
  Dot,
  DotOptions,
  Maximum,
  Minimum,
  Multiply,
  Subtract,
};

/**
 * The sum of its inputs.
 * Two inputs or more, `apply([a, b])`, whose shapes [batch, ...] broadcast: compared from the last axis on, they
 * are equal, or one is 1 or not there and is repeated (Keras).
 *
 * @throws LanegradError UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH from `apply` for one input, and for
 * shapes that do not fit or in which axes that are repeated take turns more than four times
 */
export const add: LayerFactory<typeof Add> = /* @__PURE__ */ factory("Add", Add);

/**
 * The first minus the second of exactly two inputs, `apply([a, b])`, whose shapes broadcast as those of `add`.
 *
 * @throws LanegradError UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH from `apply` for another number of
 * inputs, and for shapes that do not fit or in which axes that are repeated take turns more than four times
 */
export const subtract: LayerFactory<typeof Subtract> = /* @__PURE__ */ factory("Subtract", Subtract);

/**
 * The product of its inputs, element by element.
 * Two inputs or more, `apply([a, b])`, whose shapes [batch, ...] broadcast: compared from the last axis on, they
 * are equal, or one is 1 or not there and is repeated (Keras).
 *
 * @throws LanegradError UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH from `apply` for one input, and for
 * shapes that do not fit or in which axes that are repeated take turns more than four times
 */
export const multiply: LayerFactory<typeof Multiply> = /* @__PURE__ */ factory("Multiply", Multiply);

/**
 * The mean of its inputs, element by element.
 * Two inputs or more, `apply([a, b])`, whose shapes [batch, ...] broadcast: compared from the last axis on, they
 * are equal, or one is 1 or not there and is repeated (Keras).
 *
 * @throws LanegradError UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH from `apply` for one input, and for
 * shapes that do not fit or in which axes that are repeated take turns more than four times
 */
export const average: LayerFactory<typeof Average> = /* @__PURE__ */ factory("Average", Average);

/**
 * The largest of its inputs, element by element. Of equal ones, the earlier has the gradient (TensorFlow).
 * Two inputs or more, `apply([a, b])`, whose shapes [batch, ...] broadcast: compared from the last axis on, they
 * are equal, or one is 1 or not there and is repeated (Keras).
 *
 * @throws LanegradError UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH from `apply` for one input, and for
 * shapes that do not fit or in which axes that are repeated take turns more than four times
 */
export const maximum: LayerFactory<typeof Maximum> = /* @__PURE__ */ factory("Maximum", Maximum);

/**
 * The smallest of its inputs, element by element. Of equal ones, the earlier has the gradient (TensorFlow).
 * Two inputs or more, `apply([a, b])`, whose shapes [batch, ...] broadcast: compared from the last axis on, they
 * are equal, or one is 1 or not there and is repeated (Keras).
 *
 * @throws LanegradError UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH from `apply` for one input, and for
 * shapes that do not fit or in which axes that are repeated take turns more than four times
 */
export const minimum: LayerFactory<typeof Minimum> = /* @__PURE__ */ factory("Minimum", Minimum);

/**
 * Two inputs or more, `apply([a, b])`, one after another along `axis` (default -1, the last one). Along the other
 * axes they are equal.
 *
 * @throws LanegradError INVALID_OPTION for axis 0, which is the batch; INVALID_OPTION or UNKNOWN_OPTION for other
 * wrong options; SHAPE_MISMATCH from `apply` for one input, and for shapes that do not fit
 */
export const concatenate: LayerFactory<typeof Concatenate> = /* @__PURE__ */ factory(
  "Concatenate",
  Concatenate,
);

/**
 * The sum of products of exactly two inputs, `apply([a, b])`, along one of `axes` in each; with `normalize`
 * (default false) the cosine. Inputs [batch, ...], output [batch, the other axes of a, those of b], or [batch, 1]
 * if there are none (Keras).
 *
 * @throws LanegradError INVALID_OPTION for axis 0, which is the batch; INVALID_OPTION or UNKNOWN_OPTION for other
 * wrong options; SHAPE_MISMATCH from `apply` for another number of inputs, and for shapes that do not fit
 */
export const dot: LayerFactory<typeof Dot> = /* @__PURE__ */ factory("Dot", Dot);
