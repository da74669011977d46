import type { Operation, StepContext } from "../graph/operation.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import { convolutionKernels } from "../runtime/kernels/convolution.js";
import { imageOf } from "./spatial.js";

/** Every pixel of images, or step of sequences, several times: size[0] below itself and size[1] beside. */
export class RepeatOperation implements Operation {
  readonly #height: number;
  readonly #width: number;
  readonly #channels: number;

  constructor(
    readonly size: readonly number[],
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    [this.#height, this.#width, this.#channels] = imageOf(x.shape);
  }

  forward({ rows }: StepContext): void {
    const lines = rows * this.#height;
    const { x, y, size } = this;
    convolutionKernels().repeatPixels(x.value, y.value, lines, this.#width, this.#channels, size[0], size[1]);
  }

  backward({ rows }: StepContext): void {
    const lines = rows * this.#height;
    const { y, dX, size } = this;
    const from = y.gradient;
    convolutionKernels().sumPixels(from, dX.address, lines, this.#width, this.#channels, size[0], size[1]);
  }
}
