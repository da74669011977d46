// The kernels of the module `attention`: scaled dot-product attention.
import { data } from "#kernels/attention";
import { KernelFamily } from "../family.js";
import { kernelsOf } from "../runtime.js";

/**
 * The kernels of attention as TypeScript sees them. Pointers are byte addresses in linear memory, counts are elements; the
 * formulas and shapes stand in the headers in `assembly/attentionHeads.ts` and `attentionSizes.ts`.
 */
export interface AttentionKernels {
  attentionScratchFloats(targets: number, sources: number): number;
  describeAttention(
    scratch: number,
    heads: number,
    targets: number,
    sources: number,
    keyDim: number,
    valueDim: number,
    isCausal: number,
    averagesAll: number,
  ): void;
  describeAttentionMasks(
    scratch: number,
    attentionMask: number,
    maskTargets: number,
    queryMask: number,
    keyMask: number,
    valueMask: number,
  ): void;
  attentionForward(
    scratch: number,
    q: number,
    k: number,
    v: number,
    p: number,
    o: number,
    samples: number,
    rate: number,
    key0: number,
    key1: number,
    step: number,
    workspace: number,
  ): void;
  attentionBackward(
    scratch: number,
    q: number,
    k: number,
    v: number,
    p: number,
    dO: number,
    dP: number,
    dQ: number,
    dK: number,
    dV: number,
    samples: number,
    rate: number,
    key0: number,
    key1: number,
    step: number,
    workspace: number,
  ): void;
}

const family = /* @__PURE__ */ new KernelFamily<AttentionKernels>(data);

/** The kernels of attention, in the build in use. The first call compiles them. */
export function attentionKernels(): AttentionKernels {
  return kernelsOf(family);
}
