// What layers of noise have in common: they work in training alone, and backward draws the noise again.
import type { MaskKey, Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { seedNumber } from "../options.js";
import { layerKernels } from "../runtime/kernels/layers.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";

/** Options of layers of noise. */
export interface NoiseOptions extends LayerOptions {
  /** Makes the noise depend on this seed alone. Default: the seed of the model and the layer's place. */
  seed?: number;
}

/** Which kernels compute the noise; without a backward one, the gradient passes as it is. */
interface NoiseKernels {
  readonly forward: "gaussianNoise" | "gaussianDropout" | "alphaDropoutForward";
  readonly backward?: "gaussianDropout" | "alphaDropoutBackward";
}

/** A layer that changes its input at random in training, and hands it on as it is at prediction. */
export abstract class NoiseLayer extends Layer {
  /** The option `seed`. */
  readonly seed: number | undefined;
  /** The standard deviation or the rate; with 0 the layer does nothing. */
  protected abstract readonly amount: number;
  protected abstract readonly kernels: NoiseKernels;

  protected constructor(kind: string, options: NoiseOptions, known: readonly string[]) {
    super(kind, options, ["seed", ...known]);
    if (options.seed !== undefined) this.seed = seedNumber("seed", options.seed);
  }

  override get supportsMasking(): boolean {
    return true;
  }

  /** @internal */
  override get outputActivation(): "input" {
    return "input";
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    return this.single(inputShapes);
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    if (!plan.purpose.training || this.amount === 0) return plan.alias(x, x.shape);
    const y = plan.output(x.shape, [x]);
    const key = plan.maskKey(this.seed);
    plan.add(new NoiseOperation(this.kernels, this.amount, key, x, y, plan.gradientOf(x)));
    return y;
  }
}

/** The noise is a function of (key, step, position). */
class NoiseOperation implements Operation {
  constructor(
    readonly kernels: NoiseKernels,
    readonly amount: number,
    readonly key: MaskKey,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {}

  forward({ rows, step }: StepContext): void {
    const { x, y, amount } = this;
    const { key0, key1 } = this.key;
    layerKernels()[this.kernels.forward](x.value, y.value, rows * x.rowSize, amount, key0, key1, step);
  }

  backward({ kernels, rows, step }: StepContext): void {
    const { y, dX, amount } = this;
    const { key0, key1 } = this.key;
    const count = rows * y.rowSize;
    const { backward } = this.kernels;
    if (backward === undefined) kernels.copy(dX.address, y.gradient, count);
    else layerKernels()[backward](y.gradient, dX.address, count, amount, key0, key1, step);
  }
}
