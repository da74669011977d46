import { LanegradError } from "../errors.js";
import type { Shape, SymbolicTensor } from "../graph/symbolic.js";
import type { Slot } from "../graph/slot.js";
import { shapeOption } from "../options.js";
import { Layer } from "./layer.js";

/** Where data enters a model. Made by `input` and by sequential models. */
export class InputLayer extends Layer {
  readonly className = "InputLayer";
  readonly shape: Shape;

  constructor(options: { shape: readonly number[]; name?: string }) {
    super("input", options, ["shape"]);
    this.shape = [null, ...shapeOption("shape", options.shape)];
  }

  override get inputShape(): readonly number[] {
    return this.shape.slice(1).map(Number);
  }

  /** Made with no tensor at all: `apply([])` is the tensor that stands for the data. */
  override applyAll(inputs: SymbolicTensor | readonly SymbolicTensor[]): readonly SymbolicTensor[] {
    if (Array.isArray(inputs) && inputs.length === 0) return super.applyAll(inputs);
    throw new LanegradError(
      "INVALID_OPTION",
      `${this.name} is an input: data enters there, and it takes no tensors. Received: a call of apply`,
    );
  }

  override computeOutputShape(): Shape {
    return this.shape;
  }

  override call(): Slot {
    throw new LanegradError(
      "INVALID_OPTION",
      `${this.name} is an input and computes nothing. Received: call()`,
    );
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), shape: this.inputShape };
  }
}
