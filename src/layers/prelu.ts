import type { ConstraintSpec } from "../constraints/index.js";
import { LanegradError, show, showShape } from "../errors.js";
import { invalidOption } from "../options.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import type { InitializerSpec } from "../initializers/index.js";
import type { RegularizerSpec } from "../regularizers/index.js";
import { applyBroadcastWeight, BroadcastKind, isWithinAxes } from "./broadcast.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { settingNames, WeightSettings } from "./weightSettings.js";

/** Options of `layers.prelu`. */
export interface PReLUOptions extends LayerOptions {
  /** Default "zeros". */
  alphaInitializer?: InitializerSpec;
  /** A penalty on alpha, added to the loss. Default none. */
  alphaRegularizer?: RegularizerSpec;
  /** What alpha is held to after each step. Default none. */
  alphaConstraint?: ConstraintSpec;
  /** The axis or axes along which all positions have the same alpha; they count from 1. Default none. */
  sharedAxes?: number | readonly number[];
}

/**
 * y = x where x is positive, else alpha x, where alpha is learnt for each position of a row (He et al. 2015;
 * Keras's PReLU). Where x is 0 its gradient is 0, as in Keras.
 */
export class PReLU extends Layer {
  readonly className = "PReLU";
  /** The option `sharedAxes`. */
  readonly sharedAxes: readonly number[] | undefined;
  readonly #settings: WeightSettings<"alpha">;
  #alpha: Weight | undefined;

  constructor(options: PReLUOptions = {}) {
    super("prelu", options, [...settingNames("alpha"), "sharedAxes"]);
    if (options.sharedAxes !== undefined) this.sharedAxes = axesOption(options.sharedAxes);
    this.#settings = new WeightSettings({ alpha: "zeros" }, options);
  }

  override get supportsMasking(): boolean {
    return true;
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const shape = this.#alphaShape(this.single(inputShapes));
    this.#alpha = this.addWeight(this.#settings.of("alpha", shape));
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    const needed = this.#alphaShape(shape);
    const alpha = this.#alpha?.shape ?? needed;
    if (needed.length !== alpha.length || needed.some((size, i) => size !== alpha[i])) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} was built for an alpha of shape ${showShape(alpha)}. Received: shape ${showShape(shape)}`,
      );
    }
    return shape;
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    return applyBroadcastWeight(plan, BroadcastKind.prelu, x, this.#alpha as Weight);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      ...this.#settings.getConfig(),
      sharedAxes: this.sharedAxes,
    };
  }

  #alphaShape(shape: Shape): number[] {
    const shared = this.sharedAxes ?? [];
    const sizes = shape.slice(1).map((size, i) => (shared.includes(i + 1) ? 1 : (size ?? 1)));
    const isTooLong = shared.some((axis) => axis >= shape.length);
    if (isTooLong || !isWithinAxes(shape, [1, ...sizes])) {
      const rule = isTooLong
        ? "needs inputs that have these axes"
        : "shares axes in too many places between others";
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} with sharedAxes=${show(shared)} ${rule}. Received: shape ${showShape(shape)}`,
      );
    }
    return sizes;
  }
}

function axesOption(value: unknown): number[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const isValid = list.every((axis) => Number.isInteger(axis) && (axis as number) > 0);
  if (isValid && new Set(list).size === list.length) return list as number[];
  throw invalidOption("sharedAxes", "a positive integer or an array of different ones", value);
}
