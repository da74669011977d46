import { activatedShape, toActivation } from "../activations/activation.js";
import type { Activation } from "../activations/activation.js";
import { applyActivation } from "../activations/operation.js";
import { LanegradError, show } from "../errors.js";
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import { flag, nonNegativeInteger, positiveInteger } from "../options.js";
import { convolutionKernels } from "../runtime/kernels/convolution.js";
import { checkChannels, movementConfig, movementOption, WINDOW_OPTIONS } from "./convolution.js";
import type { KernelOptions, WindowOptions } from "./convolution.js";
import { Layer } from "./layer.js";
import { sizesOption } from "./spatial.js";
import type { SpatialRank } from "./spatial.js";
import { settingNames, WeightSettings } from "./weightSettings.js";
import { windowUnder } from "./window.js";
import type { Movement, Window } from "./window.js";

/** Options of transposed convolutions. */
export interface TransposedConvolutionOptions<Size> extends WindowOptions<Size>, KernelOptions {
  /** The number of channels of the output. */
  filters: number;
  /**
   * How much is added to the end of an axis of the output; less than `strides`. An axis of n then becomes (n - 1) * stride
   * + window + outputPadding with padding "valid", where window is its size with dilation, and (n - 1) * stride + window
   * modulo 2 + outputPadding with "same". Default null: (n - 1) * stride + the larger of window and stride with "valid",
   * n * stride with "same".
   */
  outputPadding?: Size | null;
}

/**
 * Checks how much longer an output is.
 *
 * @throws LanegradError INVALID_OPTION unless it is 0 or more and less than the strides
 */
function outputPaddingOption(value: unknown, strides: readonly number[]): number[] | null {
  if (value === null) return null;
  const lengths = sizesOption("outputPadding", value, strides.length as SpatialRank, nonNegativeInteger);
  if (lengths.every((length, axis) => length < strides[axis])) return lengths;
  throw new LanegradError(
    "INVALID_OPTION",
    `outputPadding must be less than strides. Received: outputPadding=${show(value)}, strides=${show(strides)}`,
  );
}

/** A convolution the other way round: what it computes is the gradient of one with respect to its input. */
export abstract class TransposedConvolutionLayer extends Layer {
  /** The option `filters`. */
  readonly filters: number;
  /** The option `activation`, with all of its own. */
  readonly activation: Activation;
  /** The option `useBias`. */
  readonly useBias: boolean;
  readonly #movement: Movement;
  readonly #outputPadding: readonly number[] | null;
  readonly #settings: WeightSettings<"kernel" | "bias">;
  #kernel: Weight | undefined;
  #bias: Weight | undefined;

  protected constructor(kind: string, rank: SpatialRank, options: TransposedConvolutionOptions<unknown>) {
    super(kind, options, ["filters", "outputPadding", ...WINDOW_OPTIONS, ...settingNames("kernel", "bias")]);
    this.filters = positiveInteger("filters", options.filters);
    this.#movement = movementOption(options, rank, ["valid", "same"]);
    this.#outputPadding = outputPaddingOption(options.outputPadding ?? null, this.#movement.strides);
    this.activation = toActivation("activation", options.activation);
    this.useBias = flag("useBias", options.useBias ?? true);
    this.#settings = new WeightSettings({ kernel: "glorotUniform", bias: "zeros" }, options);
  }

  protected override build([shape]: readonly Shape[]): void {
    this.#window(shape);
    const kernelShape = [...this.#movement.size, this.filters, Number(shape.at(-1))];
    this.#kernel = this.addWeight(this.#settings.of("kernel", kernelShape));
    if (this.useBias) this.#bias = this.addWeight(this.#settings.of("bias", [this.filters]));
  }

  /** @internal */
  override get outputActivation(): Activation {
    return this.activation;
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    return activatedShape(this.activation, [shape[0], ...this.#window(shape).lengths, this.filters]);
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const window = this.#window(x.shape);
    const kernel = this.#kernel as Weight;
    const bias = this.#bias;
    const z = plan.output([x.shape[0], ...window.lengths, this.filters], [x], this.weights);
    const channels = Number(x.shape.at(-1));
    const scratchFloats = convolutionKernels().convolutionScratchFloats(kernel.size / channels, channels);
    const gradients = {
      dX: plan.gradientOf(x),
      dKernel: plan.gradientOfWeight(kernel),
      dBias: bias && plan.gradientOfWeight(bias),
    };
    plan.add(new TransposedOperation(window, kernel, bias, x, z, plan.scratch(scratchFloats), gradients));
    return applyActivation(plan, z, this.activation);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      filters: this.filters,
      ...movementConfig(this.#movement),
      outputPadding: this.#outputPadding,
      activation: this.activation.config,
      useBias: this.useBias,
      ...this.#settings.getConfig(),
    };
  }

  #window(shape: Shape): Window {
    const window = windowUnder(this.name, shape, this.filters, this.#movement, this.#outputPadding);
    checkChannels(this.name, shape, this.#kernel?.shape.at(-1));
    return window;
  }
}

interface Gradients {
  readonly dX: GradientSink;
  readonly dKernel: GradientSink;
  readonly dBias: GradientSink | undefined;
}

/** The kernels of a convolution with input and output in each other's place. */
class TransposedOperation implements Operation {
  readonly #channels: number;

  constructor(
    readonly window: Window,
    readonly kernel: Weight,
    readonly bias: Weight | undefined,
    readonly x: Slot,
    readonly z: Slot,
    readonly scratch: Pointer,
    readonly gradients: Gradients,
  ) {
    this.#channels = kernel.shape.at(-1) as number;
  }

  forward({ rows, workspace }: StepContext): void {
    const { x, z, kernel, bias } = this;
    const { address } = this.scratch;
    this.window.describe(address);
    convolutionKernels().convolutionBackwardInput(
      x.value, kernel.address, bias === undefined ? 0 : bias.address, z.value, rows, this.#channels, 1, address, workspace,
    ); // prettier-ignore
  }

  backward({ rows, workspace }: StepContext): void {
    const { x, z, kernel, window } = this;
    const { dX, dKernel, dBias } = this.gradients;
    const { address } = this.scratch;
    const own = convolutionKernels();
    const dZ = z.gradient;
    window.describe(address);
    if (dKernel.isWanted) {
      own.convolutionBackwardKernel(
        dZ, x.value, dKernel.address, 0, rows, this.#channels, 1, address, workspace,
      ); // prettier-ignore
    }
    if (dBias?.isWanted) {
      own.sumRows(dZ, dBias.address, (rows * z.rowSize) / window.channels, window.channels);
    }
    if (dX.isWanted) {
      own.convolutionForward(
        dZ, kernel.address, 0, 0, dX.address, rows, this.#channels, 1, 0, 0, address, workspace,
      ); // prettier-ignore
    }
  }
}
