import type { ConstraintSpec } from "../constraints/index.js";
import { LanegradError, showShape } from "../errors.js";
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import type { InitializerSpec } from "../initializers/index.js";
import { flag, positiveInteger } from "../options.js";
import type { RegularizerSpec } from "../regularizers/index.js";
import { layerKernels } from "../runtime/kernels/layers.js";
import { DenseOperation } from "./dense.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { settingNames, WeightSettings } from "./weightSettings.js";

/** Options of `layers.maxout`. */
export interface MaxoutOptions extends LayerOptions {
  /** The number of outputs. */
  units: number;
  /** The number of linear functions that each output is the largest of. Default 2. */
  numElements?: number;
  /** Default true. */
  useBias?: boolean;
  /** Default "glorotUniform", for a kernel of units * numElements columns. */
  kernelInitializer?: InitializerSpec;
  /** Default "zeros". */
  biasInitializer?: InitializerSpec;
  /** A penalty on the kernel, added to the loss. Default none. */
  kernelRegularizer?: RegularizerSpec;
  /** A penalty on the bias, added to the loss. Default none. */
  biasRegularizer?: RegularizerSpec;
  /** What the kernel is held to after each step. Default none. */
  kernelConstraint?: ConstraintSpec;
  /** What the bias is held to after each step. Default none. */
  biasConstraint?: ConstraintSpec;
}

const OPTIONS = ["units", "numElements", "useBias"];

/**
 * y = the largest over k of x . W_k + b_k, along the last axis (Goodfellow et al. 2013). The kernel has the
 * shape [features, units * numElements], the bias [units * numElements]; the columns of a unit lie beside each
 * other: column unit * numElements + k is W_k of that unit. Where two are equal, the gradient is the first one's.
 */
export class Maxout extends Layer {
  readonly className = "Maxout";
  /** The option `units`. */
  readonly units: number;
  /** The option `numElements`. */
  readonly numElements: number;
  /** The option `useBias`. */
  readonly useBias: boolean;
  readonly #settings: WeightSettings<"kernel" | "bias">;
  #kernel: Weight | undefined;
  #bias: Weight | undefined;

  constructor(options: MaxoutOptions) {
    super("maxout", options, [...OPTIONS, ...settingNames("kernel", "bias")]);
    this.units = positiveInteger("units", options.units);
    this.numElements = positiveInteger("numElements", options.numElements ?? 2);
    this.useBias = flag("useBias", options.useBias ?? true);
    this.#settings = new WeightSettings({ kernel: "glorotUniform", bias: "zeros" }, options);
  }

  override get supportsMasking(): boolean {
    return true;
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const columns = this.units * this.numElements;
    const shape = [this.#inputs(inputShapes), columns];
    this.#kernel = this.addWeight(this.#settings.of("kernel", shape));
    if (this.useBias) this.#bias = this.addWeight(this.#settings.of("bias", [columns]));
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const inputs = this.#inputs(inputShapes);
    const expected = this.#kernel?.shape[0] ?? inputs;
    if (inputs !== expected) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} was built for inputs whose last axis is ${expected}. Received: shape ${showShape(inputShapes[0])}`,
      );
    }
    return [...inputShapes[0].slice(0, -1), this.units];
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const kernel = this.#kernel as Weight;
    const bias = this.#bias;
    const shape = this.computeOutputShape([x.shape]);
    const pieces = plan.output([...shape, this.numElements], [x], this.weights);
    const linear = { applied: undefined, differentiated: undefined };
    const product = new DenseOperation(linear, x, pieces, undefined, kernel, bias, {
      dX: plan.gradientOf(x),
      dKernel: plan.gradientOfWeight(kernel),
      dBias: bias && plan.gradientOfWeight(bias),
    });
    plan.add(product);
    const y = plan.output(shape, [pieces]);
    plan.add(new MaxoutOperation(this.numElements, pieces, y, plan.gradientOf(pieces)));
    return y;
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      units: this.units,
      numElements: this.numElements,
      useBias: this.useBias,
      ...this.#settings.getConfig(),
    };
  }

  #inputs(shapes: readonly Shape[]): number {
    const shape = this.single(shapes);
    const inputs = shape[shape.length - 1];
    if (shape.length < 2 || inputs === null) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} needs inputs of shape [batch, ..., features]. Received: shape ${showShape(shape)}`,
      );
    }
    return inputs;
  }
}

/** y = the largest of the pieces of each unit. */
class MaxoutOperation implements Operation {
  constructor(
    readonly numElements: number,
    readonly pieces: Slot,
    readonly y: Slot,
    readonly dPieces: GradientSink,
  ) {}

  forward({ rows }: StepContext): void {
    const { numElements, pieces, y } = this;
    layerKernels().maxoutForward(pieces.value, y.value, rows * y.rowSize, numElements);
  }

  backward({ rows }: StepContext): void {
    const { numElements, pieces, y, dPieces } = this;
    const count = rows * y.rowSize;
    layerKernels().maxoutBackward(pieces.value, y.gradient, dPieces.address, count, numElements);
  }
}
