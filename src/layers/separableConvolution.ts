import { activatedShape, toActivation } from "../activations/activation.js";
import type { Activation } from "../activations/activation.js";
import type { ConstraintSpec } from "../constraints/index.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import type { InitializerSpec } from "../initializers/index.js";
import { flag, positiveInteger } from "../options.js";
import type { RegularizerSpec } from "../regularizers/index.js";
import { checkChannels, movementConfig, movementOption, WINDOW_OPTIONS } from "./convolution.js";
import type { WindowOptions } from "./convolution.js";
import { applyConvolution } from "./convolutionOperation.js";
import type { DepthwiseOptions } from "./depthwiseConvolution.js";
import { Layer } from "./layer.js";
import type { SpatialRank } from "./spatial.js";
import { settingNames, WeightSettings } from "./weightSettings.js";
import { windowOver } from "./window.js";
import type { Movement, Window } from "./window.js";

/** Options of separable convolutions. */
export interface SeparableConvolutionOptions<Size> extends WindowOptions<Size>, DepthwiseOptions {
  /** The number of outputs for each position. */
  filters: number;
  /** Default "glorotUniform". */
  pointwiseInitializer?: InitializerSpec;
  /** A penalty on the kernel that mixes channels, added to the loss. Default none. */
  pointwiseRegularizer?: RegularizerSpec;
  /** What the kernel that mixes channels is held to after each step. Default none. */
  pointwiseConstraint?: ConstraintSpec;
}

/** Filters that read one channel each, and then ones that mix what these found, position by position. */
export abstract class SeparableConvolutionLayer extends Layer {
  /** The option `filters`. */
  readonly filters: number;
  /** The option `depthMultiplier`. */
  readonly depthMultiplier: number;
  /** The option `activation`, with all of its own. */
  readonly activation: Activation;
  /** The option `useBias`. */
  readonly useBias: boolean;
  readonly #movement: Movement;
  readonly #settings: WeightSettings<"depthwise" | "pointwise" | "bias">;
  #depthwise: Weight | undefined;
  #pointwise: Weight | undefined;
  #bias: Weight | undefined;

  protected constructor(kind: string, rank: SpatialRank, options: SeparableConvolutionOptions<unknown>) {
    super(kind, options, [
      "filters",
      "depthMultiplier",
      ...WINDOW_OPTIONS,
      ...settingNames("depthwise", "pointwise", "bias"),
    ]);
    this.filters = positiveInteger("filters", options.filters);
    this.#movement = movementOption(options, rank, ["valid", "same"]);
    this.depthMultiplier = positiveInteger("depthMultiplier", options.depthMultiplier ?? 1);
    this.activation = toActivation("activation", options.activation);
    this.useBias = flag("useBias", options.useBias ?? true);
    const standard = { depthwise: "glorotUniform", pointwise: "glorotUniform", bias: "zeros" } as const;
    this.#settings = new WeightSettings(standard, options);
  }

  protected override build([shape]: readonly Shape[]): void {
    const { channels } = this.#window(shape);
    const add = (name: "depthwise" | "pointwise", kernelShape: readonly number[]): Weight =>
      this.addWeight({ ...this.#settings.of(name, kernelShape), name: `${name}Kernel` });
    this.#depthwise = add("depthwise", [...this.#movement.size, channels, this.depthMultiplier]);
    this.#pointwise = add("pointwise", [...this.#ones, channels * this.depthMultiplier, this.filters]);
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
    const window = this.#window(x.shape);
    const groups = window.channels;
    const ones = this.#ones;
    const depthwise = {
      window,
      filters: groups * this.depthMultiplier,
      groups,
      kernel: this.#depthwise as Weight,
      bias: undefined,
    };
    const found = applyConvolution(plan, x, depthwise, toActivation("activation", "linear"));
    const pointwise = {
      window: windowOver(this.name, found.shape, {
        size: ones,
        strides: ones,
        dilation: ones,
        padding: "valid",
      }),
      filters: this.filters,
      groups: 1,
      kernel: this.#pointwise as Weight,
      bias: this.#bias,
    };
    return applyConvolution(plan, found, pointwise, this.activation);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      filters: this.filters,
      ...movementConfig(this.#movement),
      depthMultiplier: this.depthMultiplier,
      activation: this.activation.config,
      useBias: this.useBias,
      ...this.#settings.getConfig(),
    };
  }

  /** A window of one position. */
  get #ones(): number[] {
    return this.#movement.size.map(() => 1);
  }

  #window(shape: Shape): Window {
    const window = windowOver(this.name, shape, this.#movement);
    checkChannels(this.name, shape, this.#depthwise?.shape.at(-2));
    return window;
  }
}
