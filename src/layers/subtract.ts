import type { Shape } from "../graph/symbolic.js";
import { BroadcastKind } from "./broadcast.js";
import type { LayerOptions } from "./layer.js";
import { checkTwo, Merge } from "./merge.js";

/** The first of two inputs minus the second. */
export class Subtract extends Merge {
  readonly className = "Subtract";
  protected readonly kind = BroadcastKind.subtract;

  constructor(options: LayerOptions = {}) {
    super("subtract", options, []);
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    checkTwo(this.name, inputShapes);
    return super.computeOutputShape(inputShapes);
  }
}
