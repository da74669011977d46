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
import { Layer } from "./layer.js";
import type { SpatialRank } from "./spatial.js";
import { settingNames, WeightSettings } from "./weightSettings.js";
import { windowOver } from "./window.js";
import type { Movement, Window } from "./window.js";

/** What a layer says about filters that each read one channel. */
export interface DepthwiseOptions {
  /** How many filters read each channel. Default 1. */
  depthMultiplier?: number;
  /** Default "glorotUniform". */
  depthwiseInitializer?: InitializerSpec;
  /** A penalty on the kernel of these filters, added to the loss. Default none. */
  depthwiseRegularizer?: RegularizerSpec;
  /** What their kernel is held to after each step. Default none. */
  depthwiseConstraint?: ConstraintSpec;
}

/** Filters that read one channel each: a convolution with a group for each channel. */
export abstract class DepthwiseConvolutionLayer extends Layer {
  /** The option `depthMultiplier`. */
  readonly depthMultiplier: number;
  /** The option `activation`, with all of its own. */
  readonly activation: Activation;
  /** The option `useBias`. */
  readonly useBias: boolean;
  readonly #movement: Movement;
  readonly #settings: WeightSettings<"depthwise" | "bias">;
  #kernel: Weight | undefined;
  #bias: Weight | undefined;

  protected constructor(kind: string, rank: SpatialRank, options: WindowOptions<unknown> & DepthwiseOptions) {
    super(kind, options, ["depthMultiplier", ...WINDOW_OPTIONS, ...settingNames("depthwise", "bias")]);
    this.#movement = movementOption(options, rank, ["valid", "same"]);
    this.depthMultiplier = positiveInteger("depthMultiplier", options.depthMultiplier ?? 1);
    this.activation = toActivation("activation", options.activation);
    this.useBias = flag("useBias", options.useBias ?? true);
    this.#settings = new WeightSettings({ depthwise: "glorotUniform", bias: "zeros" }, options);
  }

  protected override build([shape]: readonly Shape[]): void {
    const { channels } = this.#window(shape);
    const kernelShape = [...this.#movement.size, channels, this.depthMultiplier];
    this.#kernel = this.addWeight({ ...this.#settings.of("depthwise", kernelShape), name: "kernel" });
    if (this.useBias) {
      this.#bias = this.addWeight(this.#settings.of("bias", [channels * this.depthMultiplier]));
    }
  }

  /** @internal */
  override get outputActivation(): Activation {
    return this.activation;
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    const { counts, channels } = this.#window(shape);
    return activatedShape(this.activation, [shape[0], ...counts, channels * this.depthMultiplier]);
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const window = this.#window(x.shape);
    const groups = window.channels;
    const filters = groups * this.depthMultiplier;
    const parts = { window, filters, groups, kernel: this.#kernel as Weight, bias: this.#bias };
    return applyConvolution(plan, x, parts, this.activation);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      ...movementConfig(this.#movement),
      depthMultiplier: this.depthMultiplier,
      activation: this.activation.config,
      useBias: this.useBias,
      ...this.#settings.getConfig(),
    };
  }

  #window(shape: Shape): Window {
    const window = windowOver(this.name, shape, this.#movement);
    checkChannels(this.name, shape, this.#kernel?.shape.at(-2));
    return window;
  }
}
