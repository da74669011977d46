import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { convolutionKernels } from "../runtime/kernels/convolution.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { paddingOption, sizesOption } from "./spatial.js";
import type { Padding, SpatialRank } from "./spatial.js";
import { WINDOW_FLOATS, windowOver } from "./window.js";
import type { Movement, Window } from "./window.js";

/** Options of layers that pool. */
export interface PoolingOptions<Size> extends LayerOptions {
  /** The size of the window. Default 2. */
  poolSize?: Size;
  /** How far the window moves. Default the size of the window. */
  strides?: Size;
  /** Default "valid". */
  padding?: Padding;
}

/** What becomes of the values in a window. */
export type PoolKind = "max" | "average";

/** Takes a pool down in a plan. */
export function applyPool(plan: PlanBuilder, kind: PoolKind, x: Slot, shape: Shape, window: Window): Slot {
  const y = plan.output(shape, [x]);
  const scratch = plan.scratch(WINDOW_FLOATS);
  const dX = plan.gradientOf(x);
  plan.add(
    kind === "max"
      ? new MaxPoolOperation(window, x, y, scratch, dX)
      : new AveragePoolOperation(window, x, y, scratch, dX),
  );
  return y;
}

/** The largest or the mean of the values in each window, channel by channel; padding takes no part. */
export abstract class PoolingLayer extends Layer {
  readonly #kind: PoolKind;
  readonly #movement: Movement;

  protected constructor(name: string, kind: PoolKind, rank: SpatialRank, options: PoolingOptions<unknown>) {
    super(name, options, ["poolSize", "strides", "padding"]);
    this.#kind = kind;
    const size = sizesOption("poolSize", options.poolSize ?? 2, rank);
    this.#movement = {
      size,
      strides: sizesOption("strides", options.strides ?? size, rank),
      dilation: size.map(() => 1),
      padding: paddingOption(options.padding ?? "valid", ["valid", "same"]),
    };
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    const { counts, channels } = windowOver(this.name, shape, this.#movement);
    return [shape[0], ...counts, channels];
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const window = windowOver(this.name, x.shape, this.#movement);
    return applyPool(plan, this.#kind, x, this.computeOutputShape([x.shape]), window);
  }

  override getConfig(): Record<string, unknown> {
    const { size, strides, padding } = this.#movement;
    return { ...super.getConfig(), poolSize: size, strides, padding };
  }
}

class MaxPoolOperation implements Operation {
  constructor(
    readonly window: Window,
    readonly x: Slot,
    readonly y: Slot,
    readonly scratch: Pointer,
    readonly dX: GradientSink,
  ) {}

  forward({ rows }: StepContext): void {
    const { address } = this.scratch;
    this.window.describe(address);
    convolutionKernels().maxPoolForward(address, this.x.value, this.y.value, rows);
  }

  backward({ rows }: StepContext): void {
    const { address } = this.scratch;
    const { x, y, dX } = this;
    this.window.describe(address);
    convolutionKernels().maxPoolBackward(address, x.value, y.value, y.gradient, dX.address, rows);
  }
}

class AveragePoolOperation implements Operation {
  constructor(
    readonly window: Window,
    readonly x: Slot,
    readonly y: Slot,
    readonly scratch: Pointer,
    readonly dX: GradientSink,
  ) {}

  forward({ rows }: StepContext): void {
    const { address } = this.scratch;
    this.window.describe(address);
    convolutionKernels().averagePoolForward(address, this.x.value, this.y.value, rows);
  }

  backward({ rows }: StepContext): void {
    const { address } = this.scratch;
    this.window.describe(address);
    convolutionKernels().averagePoolBackward(address, this.y.gradient, this.dX.address, rows);
  }
}
