// The kernels of the module `activations`: those that few networks have.
import { data } from "#kernels/activations";
import { KernelFamily } from "../family.js";
import { kernelsOf } from "../runtime.js";

/** `assembly/activationRareForward.ts`, `assembly/activationRareBackward.ts`, `assembly/activationRows.ts` and `assembly/softmax.ts`. */
export interface RareActivationKernels {
  rareActivationForward(
    kind: number,
    x: number,
    y: number,
    count: number,
    alpha: number,
    beta: number,
    gamma: number,
  ): void;
  rareActivationBackward(
    kind: number,
    x: number,
    dY: number,
    dX: number,
    count: number,
    alpha: number,
    beta: number,
    gamma: number,
  ): void;
  logSoftmaxForward(x: number, y: number, rows: number, columns: number): void;
  logSoftmaxBackward(y: number, dY: number, dX: number, rows: number, columns: number): void;
  sparsemaxForward(x: number, y: number, rows: number, columns: number): void;
  sparsemaxBackward(y: number, dY: number, dX: number, rows: number, columns: number): void;
  gluForward(x: number, y: number, rows: number, columns: number): void;
  gluBackward(x: number, dY: number, dX: number, rows: number, columns: number): void;
}

const family = /* @__PURE__ */ new KernelFamily<RareActivationKernels>(data);

/** The kernels of the activations that are not in the core, in the build in use. The first call compiles them. */
export function activationKernels(): RareActivationKernels {
  return kernelsOf(family);
}
