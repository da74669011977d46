import type { MaskKey, Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { fraction, seedNumber } from "../options.js";
import { convolutionKernels } from "../runtime/kernels/convolution.js";
import type { DropoutOptions } from "./dropout.js";
import { Layer } from "./layer.js";
import { spatialShape } from "./spatial.js";
import type { SpatialRank } from "./spatial.js";

/** Options of `layers.spatialDropout1d` and `layers.spatialDropout2d`. */
export type SpatialDropoutOptions = DropoutOptions;

/**
 * Dropout of whole channels: in training, sets a random share of the channels of each row of the batch to zero and
 * divides the others by 1 - rate (Tompson et al. 2015). Does nothing at prediction.
 */
abstract class SpatialDropout extends Layer {
  /** The option `rate`. */
  readonly rate: number;
  /** The option `seed`. */
  readonly seed: number | undefined;
  readonly #rank: SpatialRank;

  protected constructor(kind: string, rank: SpatialRank, options: SpatialDropoutOptions) {
    super(kind, options, ["rate", "seed"]);
    this.rate = fraction("rate", options.rate);
    if (options.seed !== undefined) this.seed = seedNumber("seed", options.seed);
    this.#rank = rank;
  }

  override get supportsMasking(): boolean {
    return true;
  }

  /** @internal */
  override get outputActivation(): "input" {
    return "input";
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    spatialShape(this.name, shape, this.#rank);
    return shape;
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    if (!plan.purpose.training || this.rate === 0) return plan.alias(x, x.shape);
    const channels = spatialShape(this.name, x.shape, this.#rank)[this.#rank];
    const y = plan.output(x.shape, [x]);
    const factors = plan.temporary(channels, true);
    const key = plan.maskKey(this.seed);
    plan.add(new SpatialDropoutOperation(this.rate, key, channels, factors, x, y, plan.gradientOf(x)));
    return y;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed };
  }
}

/** Dropout of whole channels of sequences. */
export class SpatialDropout1D extends SpatialDropout {
  readonly className = "SpatialDropout1D";

  constructor(options: SpatialDropoutOptions) {
    super("spatialDropout1d", 1, options);
  }
}

/** Dropout of whole channels of images. */
export class SpatialDropout2D extends SpatialDropout {
  readonly className = "SpatialDropout2D";

  constructor(options: SpatialDropoutOptions) {
    super("spatialDropout2d", 2, options);
  }
}

/** The factors of the channels are those that dropout makes of ones; backward finds them in their place. */
class SpatialDropoutOperation implements Operation {
  readonly #positions: number;

  constructor(
    readonly rate: number,
    readonly key: MaskKey,
    readonly channels: number,
    readonly factors: Pointer,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    this.#positions = x.rowSize / channels;
  }

  forward({ kernels, rows, step }: StepContext): void {
    const { x, y, channels } = this;
    const { address } = this.factors;
    const { key0, key1 } = this.key;
    kernels.fill(address, rows * channels, 1);
    kernels.dropout(address, address, rows * channels, this.rate, key0, key1, step);
    convolutionKernels().multiplyChannels(x.value, address, y.value, rows, this.#positions, channels);
  }

  backward({ rows }: StepContext): void {
    const { y, dX, channels } = this;
    const { address } = this.factors;
    convolutionKernels().multiplyChannels(y.gradient, address, dX.address, rows, this.#positions, channels);
  }
}
