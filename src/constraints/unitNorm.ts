import { checkKeys } from "../options.js";
import { NormConstraint } from "./norm.js";
import type { Axes } from "./norm.js";

/** Options of `unitNorm`. */
export interface UnitNormOptions {
  /** The axes along which norms are taken. Default 0: of a dense kernel, the weights into each unit. */
  axis?: Axes;
}

/** Every vector gets length 1, but for zeros, which stay (Keras's UnitNorm). */
export class UnitNorm extends NormConstraint {
  readonly name = "unitNorm";
  /** @internal */
  protected override readonly bounds = { minimum: 1, maximum: 1, rate: 1 };

  constructor(options: UnitNormOptions = {}) {
    checkKeys("constraints.unitNorm", options, ["axis"]);
    super(options.axis ?? 0);
  }

  override getConfig(): Record<string, unknown> {
    return { name: this.name, axis: this.axis };
  }
}
