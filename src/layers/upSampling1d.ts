import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { positiveInteger } from "../options.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { RepeatOperation } from "./repetition.js";
import { spatialShape } from "./spatial.js";

/** Options of `layers.upSampling1d`. */
export interface UpSampling1DOptions extends LayerOptions {
  /** How often each step occurs. Default 2. */
  size?: number;
}

/** Sequences with each step several times (Keras's UpSampling1D). */
export class UpSampling1D extends Layer {
  readonly className = "UpSampling1D";
  /** The option `size`. */
  readonly size: number;

  constructor(options: UpSampling1DOptions = {}) {
    super("upSampling1d", options, ["size"]);
    this.size = positiveInteger("size", options.size ?? 2);
  }

  /** @internal */
  override get outputActivation(): "input" {
    return "input";
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    const [steps, channels] = spatialShape(this.name, shape, 1);
    return [shape[0], steps * this.size, channels];
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const y = plan.output(this.computeOutputShape([x.shape]), [x]);
    plan.add(new RepeatOperation([1, this.size], x, y, plan.gradientOf(x)));
    return y;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), size: this.size };
  }
}
