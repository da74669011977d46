import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { flag } from "../options.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { applyPool } from "./pooling.js";
import type { PoolKind } from "./pooling.js";
import { spatialShape } from "./spatial.js";
import type { SpatialRank } from "./spatial.js";
import { windowOver } from "./window.js";

/** Options of layers that pool whole images or sequences. */
export interface GlobalPoolingOptions extends LayerOptions {
  /** Whether the axes stay, with length 1. Default false. */
  keepdims?: boolean;
}

/** The largest or the mean of all values of each channel: a pool whose window is the whole image. */
abstract class GlobalPoolingLayer extends Layer {
  /** The option `keepdims`. */
  readonly keepdims: boolean;
  readonly #kind: PoolKind;
  readonly #rank: SpatialRank;

  protected constructor(name: string, kind: PoolKind, rank: SpatialRank, options: GlobalPoolingOptions) {
    super(name, options, ["keepdims"]);
    this.keepdims = flag("keepdims", options.keepdims ?? false);
    this.#kind = kind;
    this.#rank = rank;
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    const lengths = spatialShape(this.name, shape, this.#rank);
    const channels = lengths[this.#rank];
    return this.keepdims ? [shape[0], ...lengths.slice(1).map(() => 1), channels] : [shape[0], channels];
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const size = spatialShape(this.name, x.shape, this.#rank).slice(0, -1);
    const ones = size.map(() => 1);
    const window = windowOver(this.name, x.shape, { size, strides: ones, dilation: ones, padding: "valid" });
    return applyPool(plan, this.#kind, x, this.computeOutputShape([x.shape]), window);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), keepdims: this.keepdims };
  }
}

/** The largest value of each channel of a sequence. */
export class GlobalMaxPooling1D extends GlobalPoolingLayer {
  readonly className = "GlobalMaxPooling1D";

  constructor(options: GlobalPoolingOptions = {}) {
    super("globalMaxPooling1d", "max", 1, options);
  }
}

/** The largest value of each channel of an image. */
export class GlobalMaxPooling2D extends GlobalPoolingLayer {
  readonly className = "GlobalMaxPooling2D";

  constructor(options: GlobalPoolingOptions = {}) {
    super("globalMaxPooling2d", "max", 2, options);
  }
}

/** The mean of each channel of a sequence, over the steps that count. */
export class GlobalAveragePooling1D extends GlobalPoolingLayer {
  readonly className = "GlobalAveragePooling1D";

  constructor(options: GlobalPoolingOptions = {}) {
    super("globalAveragePooling1d", "average", 1, options);
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    return x.mask?.mean(plan, x, this.computeOutputShape([x.shape])) ?? super.call(plan, [x]);
  }

  /** @internal The mean is over the steps that count; no steps are left. */
  override passMasks(): void {}
}

/** The mean of each channel of an image. */
export class GlobalAveragePooling2D extends GlobalPoolingLayer {
  readonly className = "GlobalAveragePooling2D";

  constructor(options: GlobalPoolingOptions = {}) {
    super("globalAveragePooling2d", "average", 2, options);
  }
}
