import { applyActivation } from "../activations/operation.js";
import { activatedShape, toActivation } from "../activations/activation.js";
import type { Activation, ActivationSpec } from "../activations/activation.js";
import type { ConstraintSpec } from "../constraints/index.js";
import { LanegradError, showShape } from "../errors.js";
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import type { InitializerSpec } from "../initializers/index.js";
import { flag, positiveInteger } from "../options.js";
import type { RegularizerSpec } from "../regularizers/index.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { settingNames, WeightSettings } from "./weightSettings.js";

/** Options of `layers.dense`. */
export interface DenseOptions extends LayerOptions {
  /** The number of outputs; an activation of glu leaves half of them. */
  units: number;
  /** Default linear. */
  activation?: ActivationSpec;
  /** Default true. */
  useBias?: boolean;
  /** Default "glorotUniform". */
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

const OPTIONS = ["units", "activation", "useBias"];

/** y = activation(x . kernel + bias) along the last axis. */
export class Dense extends Layer {
  /** @internal What messages call it. */
  static readonly kind: string = "dense";
  readonly className: string = "Dense";
  /** The option `units`. */
  readonly units: number;
  /** The option `activation`, with all of its own. */
  readonly activation: Activation;
  /** The option `useBias`. */
  readonly useBias: boolean;
  readonly #settings: WeightSettings<"kernel" | "bias">;
  #kernel: Weight | undefined;
  #bias: Weight | undefined;

  constructor(options: DenseOptions) {
    super(new.target.kind, options, [...OPTIONS, ...settingNames("kernel", "bias")]);
    this.units = positiveInteger("units", options.units);
    this.activation = toActivation("activation", options.activation);
    this.useBias = flag("useBias", options.useBias ?? true);
    this.#settings = new WeightSettings({ kernel: "glorotUniform", bias: "zeros" }, options);
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const inputs = this.#inputs(inputShapes);
    this.#kernel = this.addWeight(this.#settings.of("kernel", [inputs, this.units]));
    if (this.useBias) this.#bias = this.addWeight(this.#settings.of("bias", [this.units]));
  }

  override get supportsMasking(): boolean {
    return true;
  }

  /** @internal */
  override get outputActivation(): Activation {
    return this.activation;
  }

  /** @internal Whether backward takes the derivative of the activation to be 1. */
  protected get passesStraightThrough(): boolean {
    return false;
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    return activatedShape(this.activation, this.#productShape(inputShapes));
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const kernel = this.#kernel as Weight;
    const bias = this.#bias;
    const isFused = typeof this.activation.kind === "number";
    const y = plan.output(this.#productShape([x.shape]), [x], this.weights);
    const differentiated = isFused && !this.passesStraightThrough ? this.activation : undefined;
    const keepsZ = differentiated?.needsInput && plan.purpose.backward;
    const z = keepsZ ? plan.temporary(y.rowSize, true) : undefined;
    const activations = { applied: isFused ? this.activation : undefined, differentiated };
    const operation = new DenseOperation(activations, x, y, z, kernel, bias, {
      dX: plan.gradientOf(x),
      dKernel: plan.gradientOfWeight(kernel),
      dBias: bias && plan.gradientOfWeight(bias),
    });
    plan.add(operation);
    return isFused ? y : applyActivation(plan, y, this.activation);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      units: this.units,
      activation: this.activation.config,
      useBias: this.useBias,
      ...this.#settings.getConfig(),
    };
  }

  /** The shape before the activation. */
  #productShape(inputShapes: readonly Shape[]): Shape {
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

interface DenseGradients {
  readonly dX: GradientSink;
  readonly dKernel: GradientSink;
  readonly dBias: GradientSink | undefined;
}

interface DenseActivations {
  /** The one inside the forward kernel. */
  readonly applied: Activation | undefined;
  /** The one whose derivative backward multiplies by: the same, or none. */
  readonly differentiated: Activation | undefined;
}

/** @internal The products of a dense layer, with the activation inside the forward kernel. */
export class DenseOperation implements Operation {
  readonly #kind: number;
  readonly #backwardKind: number;
  readonly #alpha: number;
  readonly #inputs: number;
  readonly #units: number;
  /** Rows of the product for each row of the batch: more than one if there are axes between. */
  readonly #repeat: number;

  constructor(
    { applied, differentiated }: DenseActivations,
    readonly x: Slot,
    readonly y: Slot,
    readonly z: Pointer | undefined,
    readonly kernel: Pick<Weight, "address" | "shape">,
    readonly bias: Weight | undefined,
    readonly gradients: DenseGradients,
  ) {
    this.#kind = (applied?.kind as number | undefined) ?? 0;
    this.#backwardKind = (differentiated?.kind as number | undefined) ?? 0;
    this.#alpha = applied?.alpha ?? 0;
    [this.#inputs, this.#units] = kernel.shape;
    this.#repeat = x.rowSize / this.#inputs;
  }

  forward({ kernels, rows, workspace }: StepContext): void {
    kernels.denseForward(
      this.x.value,
      this.kernel.address,
      this.bias === undefined ? 0 : this.bias.address,
      this.z === undefined ? 0 : this.z.address,
      this.y.value,
      rows * this.#repeat,
      this.#inputs,
      this.#units,
      this.#kind,
      this.#alpha,
      workspace,
    );
  }

  backward({ kernels, rows, workspace }: StepContext): void {
    const { dX, dKernel, dBias } = this.gradients;
    const count = rows * this.#repeat;
    // Nobody reads dY after this layer, so dZ takes its place.
    const dZ = this.y.gradient;
    if (this.#backwardKind !== 0) {
      const z = this.z === undefined ? 0 : this.z.address;
      const size = count * this.#units;
      kernels.activationBackward(this.#backwardKind, z, this.y.value, dZ, dZ, size, this.#alpha);
    }
    if (dKernel.isWanted) {
      const bias = dBias === undefined ? 0 : dBias.address;
      kernels.denseBackwardWeights(
        this.x.value,
        dZ,
        dKernel.address,
        bias,
        count,
        this.#inputs,
        this.#units,
        workspace,
      );
    }
    if (dX.isWanted) {
      kernels.denseBackwardInput(
        dZ,
        this.kernel.address,
        dX.address,
        count,
        this.#inputs,
        this.#units,
        workspace,
      );
    }
  }
}
