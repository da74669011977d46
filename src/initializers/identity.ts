import { LanegradError, showShape } from "../errors.js";
import { finiteNumber } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { memory } from "../runtime/runtime.js";
import { Initializer } from "./initializer.js";
import type { RandomOptions } from "./initializer.js";

/** Options of `identity`. */
export interface IdentityOptions {
  /** The value on the diagonal. Default 1. */
  gain?: number;
}

/** `gain` where row and column are the same, else 0, for weights of two axes (Keras's Identity). */
export class Identity extends Initializer {
  readonly name = "identity";
  readonly gain: number;

  constructor(options: IdentityOptions) {
    super("initializers.identity", options as RandomOptions, ["gain"]);
    this.gain = finiteNumber("gain", options.gain ?? 1);
  }

  protected override write(k: Kernels, pointer: number, shape: readonly number[]): void {
    if (shape.length !== 2) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `identity needs a shape of two axes. Received: shape ${showShape(shape)}`,
      );
    }
    const [rows, columns] = shape;
    k.fill(pointer, rows * columns, 0);
    const { floats } = memory();
    for (let i = 0; i < Math.min(rows, columns); i++) floats[(pointer >>> 2) + i * columns + i] = this.gain;
  }

  override getConfig(): Record<string, unknown> {
    return { name: this.name, gain: this.gain };
  }
}
