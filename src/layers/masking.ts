import { LanegradError, showShape } from "../errors.js";
import { invalidOption } from "../options.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { findMask } from "./mask.js";

/** Options of `layers.masking`. */
export interface MaskingOptions extends LayerOptions {
  /** A step whose values are all this one does not count. Default 0. */
  maskValue?: number;
}

/**
 * Sets steps that do not count to zeros and gives its output a mask of them (Keras's Masking).
 */
export class Masking extends Layer {
  readonly className = "Masking";
  /** The option `maskValue`. */
  readonly maskValue: number;

  constructor(options: MaskingOptions = {}) {
    super("masking", options, ["maskValue"]);
    const { maskValue = 0 } = options;
    if (!Number.isFinite(maskValue)) {
      throw invalidOption("maskValue", "a number", maskValue);
    }
    this.maskValue = maskValue;
  }

  override get supportsMasking(): boolean {
    return true;
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    if (shape.length > 2) return shape;
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${this.name} needs inputs of shape [batch, steps, features]. Received: shape ${showShape(shape)}`,
    );
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const mask = findMask(plan, x, Math.fround(this.maskValue), x.shape.slice(0, -1));
    const y = mask.keep(plan, x, 0);
    y.mask = mask;
    return y;
  }

  /** @internal Its mask takes the place of another. */
  override passMasks(): void {}

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), maskValue: this.maskValue };
  }
}
