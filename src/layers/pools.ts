import { PoolingLayer } from "./pooling.js";
import type { PoolingOptions } from "./pooling.js";
import type { Pair, Single } from "./spatial.js";

/** Options of `layers.maxPooling1d` and `layers.averagePooling1d`. */
export type Pooling1DOptions = PoolingOptions<Single>;

/** Options of `layers.maxPooling2d` and `layers.averagePooling2d`. */
export type Pooling2DOptions = PoolingOptions<Pair>;

/** The largest value of each window of a sequence. */
export class MaxPooling1D extends PoolingLayer {
  readonly className = "MaxPooling1D";

  constructor(options: Pooling1DOptions = {}) {
    super("maxPooling1d", "max", 1, options);
  }
}

/** The largest value of each window of an image. */
export class MaxPooling2D extends PoolingLayer {
  readonly className = "MaxPooling2D";

  constructor(options: Pooling2DOptions = {}) {
    super("maxPooling2d", "max", 2, options);
  }
}

/** The mean of each window of a sequence. */
export class AveragePooling1D extends PoolingLayer {
  readonly className = "AveragePooling1D";

  constructor(options: Pooling1DOptions = {}) {
    super("averagePooling1d", "average", 1, options);
  }
}

/** The mean of each window of an image. */
export class AveragePooling2D extends PoolingLayer {
  readonly className = "AveragePooling2D";

  constructor(options: Pooling2DOptions = {}) {
    super("averagePooling2d", "average", 2, options);
  }
}
