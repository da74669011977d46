import type { Activation } from "../activations/activation.js";
import { applyActivation } from "../activations/operation.js";
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import { convolutionKernels } from "../runtime/kernels/convolution.js";
import type { Window } from "./window.js";

/** What a convolution is made of. */
export interface Convolution {
  readonly window: Window;
  readonly filters: number;
  readonly groups: number;
  /** [..., channels / groups, filters]. */
  readonly kernel: Weight;
  readonly bias: Weight | undefined;
}

interface Gradients {
  readonly dX: GradientSink;
  readonly dKernel: GradientSink;
  readonly dBias: GradientSink | undefined;
}

/** Takes y = activation(x * kernel + bias) down in a plan. */
export function applyConvolution(
  plan: PlanBuilder,
  x: Slot,
  parts: Convolution,
  activation: Activation,
): Slot {
  const { window, filters, kernel, bias } = parts;
  const shape: Shape = [x.shape[0], ...window.counts, filters];
  const isFused = typeof activation.kind === "number";
  const y = plan.output(shape, [x], bias === undefined ? [kernel] : [kernel, bias]);
  const keepsZ = isFused && activation.needsInput && plan.purpose.backward;
  const z = keepsZ ? plan.temporary(y.rowSize, true) : undefined;
  const scratch = plan.scratch(convolutionKernels().convolutionScratchFloats(kernel.size / filters, filters));
  plan.add(
    new ConvolutionOperation(parts, isFused ? activation : undefined, x, y, z, scratch, {
      dX: plan.gradientOf(x),
      dKernel: plan.gradientOfWeight(kernel),
      dBias: bias && plan.gradientOfWeight(bias),
    }),
  );
  return isFused ? y : applyActivation(plan, y, activation);
}

/** A convolution with the activation inside the forward kernel. */
class ConvolutionOperation implements Operation {
  readonly #kind: number;
  readonly #alpha: number;

  constructor(
    readonly parts: Convolution,
    activation: Activation | undefined,
    readonly x: Slot,
    readonly y: Slot,
    readonly z: Pointer | undefined,
    readonly scratch: Pointer,
    readonly gradients: Gradients,
  ) {
    this.#kind = (activation?.kind as number | undefined) ?? 0;
    this.#alpha = activation?.alpha ?? 0;
  }

  forward({ rows, workspace }: StepContext): void {
    const { window, filters, groups, kernel, bias } = this.parts;
    window.describe(this.scratch.address);
    convolutionKernels().convolutionForward(
      this.x.value,
      kernel.address,
      bias === undefined ? 0 : bias.address,
      this.z === undefined ? 0 : this.z.address,
      this.y.value,
      rows,
      filters,
      groups,
      this.#kind,
      this.#alpha,
      this.scratch.address,
      workspace,
    );
  }

  backward({ kernels, rows, workspace }: StepContext): void {
    const { window, filters, groups, kernel } = this.parts;
    const { dX, dKernel, dBias } = this.gradients;
    const scratch = this.scratch.address;
    // Nobody reads dY after this layer, so dZ takes its place.
    const dZ = this.y.gradient;
    if (this.#kind !== 0) {
      const z = this.z === undefined ? 0 : this.z.address;
      const size = rows * this.y.rowSize;
      kernels.activationBackward(this.#kind, z, this.y.value, dZ, dZ, size, this.#alpha);
    }
    window.describe(scratch);
    const own = convolutionKernels();
    if (dKernel.isWanted) {
      const bias = dBias === undefined ? 0 : dBias.address;
      own.convolutionBackwardKernel(
        this.x.value, dZ, dKernel.address, bias, rows, filters, groups, scratch, workspace,
      ); // prettier-ignore
    }
    if (dX.isWanted) {
      own.convolutionBackwardInput(
        dZ, kernel.address, 0, dX.address, rows, filters, groups, scratch, workspace,
      ); // prettier-ignore
    }
  }
}
