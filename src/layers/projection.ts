// Products along the last axis with weights of more than two axes, as attention has them: heads side by side.
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight, WeightOptions } from "../graph/weight.js";
import { Initializer } from "../initializers/initializer.js";
import { VarianceScaling } from "../initializers/varianceScaling.js";
import type { Kernels } from "../runtime/kernels/index.js";
import type { Key } from "../runtime/random.js";
import { sizeOf } from "../tensor/nested.js";
import { DenseOperation } from "./dense.js";

/** The weights of y = x . kernel + bias. */
export class Projection {
  /** The rows and columns of the kernel as the product takes it. */
  readonly shape: readonly [number, number];
  readonly weights: readonly Weight[];

  constructor(
    readonly kernel: Weight,
    readonly bias: Weight | undefined,
    inputs: number,
  ) {
    this.shape = [inputs, kernel.size / inputs];
    this.weights = bias === undefined ? [kernel] : [kernel, bias];
  }

  get address(): number {
    return this.kernel.address;
  }

  /** Takes the product down in a plan; the last axis of x holds the inputs, those of the result may be several. */
  apply(plan: PlanBuilder, x: Slot, shape: Shape): Slot {
    const { kernel, bias } = this;
    const linear = { applied: undefined, differentiated: undefined };
    const y = plan.output(shape, [x], this.weights);
    plan.add(
      new DenseOperation(linear, x, y, undefined, this, bias, {
        dX: plan.gradientOf(x),
        dKernel: plan.gradientOfWeight(kernel),
        dBias: bias && plan.gradientOfWeight(bias),
      }),
    );
    return y;
  }
}

/**
 * What `addWeight` is told about a kernel [...inputs, ...outputs]: as in Keras's EinsumDense, what scales with the inputs
 * or outputs of a unit takes them all together.
 */
export function asMatrix(options: WeightOptions, inputs: number): WeightOptions {
  const { initializer, shape } = options;
  if (!(initializer instanceof VarianceScaling)) return options;
  return { ...options, initializer: new MatrixInitializer(initializer, [inputs, sizeOf(shape) / inputs]) };
}

/** Fills a weight as if it had two axes. */
class MatrixInitializer extends Initializer {
  readonly name: string;

  constructor(
    readonly inner: Initializer,
    readonly matrix: readonly number[],
  ) {
    super(inner.name, {}, []);
    this.name = inner.name;
  }

  override fill(k: Kernels, pointer: number, _shape: readonly number[], key: Key): void {
    this.inner.fill(k, pointer, this.matrix, key);
  }

  protected override write(): void {}
}
