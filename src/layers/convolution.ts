import { activatedShape, toActivation } from "../activations/activation.js";
import type { Activation, ActivationSpec } from "../activations/activation.js";
import type { ConstraintSpec } from "../constraints/index.js";
import { LanegradError, show, showShape } from "../errors.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import type { InitializerSpec } from "../initializers/index.js";
import { flag, positiveInteger } from "../options.js";
import type { RegularizerSpec } from "../regularizers/index.js";
import { applyConvolution } from "./convolutionOperation.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { paddingOption, sizesOption } from "./spatial.js";
import type { Padding, SpatialRank } from "./spatial.js";
import { settingNames, WeightSettings } from "./weightSettings.js";
import { windowOver } from "./window.js";
import type { Movement, Window } from "./window.js";

/** How the window of a convolution moves, and what comes after it. */
export interface WindowOptions<Size, PaddingName = Padding> extends LayerOptions {
  /** The size of the window. */
  kernelSize: Size;
  /** How far the window moves. Default 1. */
  strides?: Size;
  /** Default "valid". */
  padding?: PaddingName;
  /** How far apart the values are that the window takes; more than 1 needs strides of 1. Default 1. */
  dilationRate?: Size;
  /** Default linear. */
  activation?: ActivationSpec;
  /** Default true. */
  useBias?: boolean;
  /** Default "zeros". */
  biasInitializer?: InitializerSpec;
  /** A penalty on the bias, added to the loss. Default none. */
  biasRegularizer?: RegularizerSpec;
  /** What the bias is held to after each step. Default none. */
  biasConstraint?: ConstraintSpec;
}

/** The settings of a layer's kernel. */
export interface KernelOptions {
  /** Default "glorotUniform". */
  kernelInitializer?: InitializerSpec;
  /** A penalty on the kernel, added to the loss. Default none. */
  kernelRegularizer?: RegularizerSpec;
  /** What the kernel is held to after each step. Default none. */
  kernelConstraint?: ConstraintSpec;
}

/** Options of convolutions. */
export interface ConvolutionOptions<Size, PaddingName = Padding>
  extends WindowOptions<Size, PaddingName>, KernelOptions {
  /** The number of outputs for each position. */
  filters: number;
  /** Channels and filters are cut into so many parts, each filter reading its own part alone. Default 1. */
  groups?: number;
}

/** The options of `WindowOptions` that are not about weights. */
export const WINDOW_OPTIONS: readonly string[] = [
  "kernelSize",
  "strides",
  "padding",
  "dilationRate",
  "activation",
  "useBias",
];

/**
 * Checks how a window moves.
 *
 * @throws LanegradError INVALID_OPTION for wrong numbers, and for strides and dilation that are both more than 1
 */
export function movementOption<PaddingName extends Movement["padding"]>(
  options: WindowOptions<unknown, PaddingName>,
  rank: SpatialRank,
  paddings: readonly PaddingName[],
): Movement {
  const movement = {
    size: sizesOption("kernelSize", options.kernelSize, rank),
    strides: sizesOption("strides", options.strides ?? 1, rank),
    dilation: sizesOption("dilationRate", options.dilationRate ?? 1, rank),
    padding: paddingOption(options.padding ?? "valid", paddings),
  };
  if (Math.max(...movement.strides) > 1 && Math.max(...movement.dilation) > 1) {
    throw new LanegradError(
      "INVALID_OPTION",
      `strides or dilationRate must be 1. Received: strides=${show(options.strides)}, dilationRate=${show(options.dilationRate)}`,
    );
  }
  return movement;
}

/** What `movementOption` was given, for `getConfig`. */
export function movementConfig({ size, strides, dilation, padding }: Movement): Record<string, unknown> {
  return { kernelSize: size, strides, padding, dilationRate: dilation };
}

/** y = activation(x * kernel + bias), where * is what Keras calls a convolution: the kernel is not turned around. */
export abstract class ConvolutionLayer extends Layer {
  /** The option `filters`. */
  readonly filters: number;
  /** The option `groups`. */
  readonly groups: number;
  /** The option `activation`, with all of its own. */
  readonly activation: Activation;
  /** The option `useBias`. */
  readonly useBias: boolean;
  /** @internal */
  readonly movement: Movement;
  readonly #settings: WeightSettings<"kernel" | "bias">;
  #kernel: Weight | undefined;
  #bias: Weight | undefined;

  protected constructor(
    kind: string,
    rank: SpatialRank,
    options: ConvolutionOptions<unknown, Movement["padding"]>,
    paddings: readonly Movement["padding"][],
  ) {
    super(kind, options, ["filters", "groups", ...WINDOW_OPTIONS, ...settingNames("kernel", "bias")]);
    this.filters = positiveInteger("filters", options.filters);
    this.movement = movementOption(options, rank, paddings);
    this.groups = positiveInteger("groups", options.groups ?? 1);
    if (this.filters % this.groups !== 0) {
      throw new LanegradError(
        "INVALID_OPTION",
        `groups must divide filters. Received: groups=${this.groups}, filters=${this.filters}`,
      );
    }
    this.activation = toActivation("activation", options.activation);
    this.useBias = flag("useBias", options.useBias ?? true);
    this.#settings = new WeightSettings({ kernel: "glorotUniform", bias: "zeros" }, options);
  }

  protected override build([shape]: readonly Shape[]): void {
    const { channels } = this.#window(shape);
    const kernelShape = [...this.movement.size, channels / this.groups, this.filters];
    this.#kernel = this.addWeight(this.#settings.of("kernel", kernelShape));
    if (this.useBias) this.#bias = this.addWeight(this.#settings.of("bias", [this.filters]));
  }

  /** @internal */
  override get outputActivation(): Activation {
    return this.activation;
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    return activatedShape(this.activation, [shape[0], ...this.#window(shape).counts, this.filters]);
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const { filters, groups } = this;
    const window = this.#window(x.shape);
    const parts = { window, filters, groups, kernel: this.#kernel as Weight, bias: this.#bias };
    return applyConvolution(plan, x, parts, this.activation);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      filters: this.filters,
      ...movementConfig(this.movement),
      groups: this.groups,
      activation: this.activation.config,
      useBias: this.useBias,
      ...this.#settings.getConfig(),
    };
  }

  #window(shape: Shape): Window {
    const window = windowOver(this.name, shape, this.movement);
    checkChannels(
      this.name,
      shape,
      this.#kernel && this.#kernel.shape[this.movement.size.length] * this.groups,
    );
    if (window.channels % this.groups === 0) return window;
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${this.name} has groups=${this.groups}, which must divide the channels of its input. Received: shape ${showShape(shape)}`,
    );
  }
}

/** @throws LanegradError SHAPE_MISMATCH if a layer was built for another number of channels */
export function checkChannels(layer: string, shape: Shape, built: number | undefined): void {
  if (built === undefined || shape.at(-1) === built) return;
  throw new LanegradError(
    "SHAPE_MISMATCH",
    `${layer} was built for ${built} channels. Received: shape ${showShape(shape)}`,
  );
}
