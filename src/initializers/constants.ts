import { finiteNumber } from "../options.js";
import type { NoOptions } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { sizeOf } from "../tensor/nested.js";
import { Initializer } from "./initializer.js";
import type { RandomOptions } from "./initializer.js";

/** Options of `constant`. */
export interface ConstantOptions {
  /** The value of every weight. Default 0. */
  value?: number;
}

/** Every weight starts with the same value. */
export class Constant extends Initializer {
  readonly name: string;
  readonly value: number;

  constructor(name: "zeros" | "ones" | "constant", options: ConstantOptions | NoOptions, value: number) {
    super(`initializers.${name}`, options as RandomOptions, name === "constant" ? ["value"] : []);
    this.name = name;
    this.value = finiteNumber("value", value);
  }

  protected override write(k: Kernels, pointer: number, shape: readonly number[]): void {
    k.fill(pointer, sizeOf(shape), this.value);
  }

  override getConfig(): Record<string, unknown> {
    return this.name === "constant" ? { name: this.name, value: this.value } : { name: this.name };
  }
}
