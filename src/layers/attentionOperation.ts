// Scaled dot-product attention of several heads, between the projections of a layer.
import type { MaskKey, Operation, StepContext } from "../graph/operation.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import { attentionKernels } from "../runtime/kernels/attention.js";
import type { AttentionKernels } from "../runtime/kernels/attention.js";

/** What the operation works with. Heads lie side by side in the last axis of q, k, v and o. */
export interface AttentionParts {
  readonly heads: number;
  readonly targets: number;
  readonly sources: number;
  readonly keyDim: number;
  readonly valueDim: number;
  readonly isCausal: boolean;
  /** Whether a target that may see nothing takes the mean of all values. */
  readonly averagesAll: boolean;
  readonly q: Slot;
  readonly k: Slot;
  readonly v: Slot;
  readonly attentionMask: Slot | undefined;
  /** Which steps count, as the inputs carry it: [batch, targets], [batch, sources] twice. */
  readonly queryMask: Slot | undefined;
  readonly keyMask: Slot | undefined;
  readonly valueMask: Slot | undefined;
  readonly o: Slot;
  /** The scores as an output of the layer. */
  readonly scores: Slot | undefined;
  /** Where the scores are kept for backward otherwise; undefined if nobody needs them. */
  readonly kept: Pointer | undefined;
  readonly scratch: Pointer;
  /** Of dropout; 0 for none. */
  readonly rate: number;
  readonly maskKey: MaskKey | undefined;
  readonly dQ: GradientSink;
  readonly dK: GradientSink;
  readonly dV: GradientSink;
}

/** o = dropout(softmax(q.kT / sqrt(keyDim))).v for each head of each row. */
export class AttentionOperation implements Operation {
  readonly #maskTargets: number;
  readonly #key: Readonly<MaskKey>;

  constructor(readonly parts: AttentionParts) {
    this.#maskTargets = Number(parts.attentionMask?.shape[1] ?? 0);
    this.#key = parts.maskKey ?? { key0: 0, key1: 0 };
  }

  forward({ rows, step, workspace }: StepContext): void {
    const { q, k, v, o, scratch, rate } = this.parts;
    const { key0, key1 } = this.#key;
    const own = attentionKernels();
    this.#describe(own);
    own.attentionForward(
      scratch.address, q.value, k.value, v.value, this.#scores, o.value, rows, rate, key0, key1, step, workspace,
    ); // prettier-ignore
  }

  backward({ rows, step, workspace }: StepContext): void {
    const { q, k, v, o, scores, scratch, rate, dQ, dK, dV } = this.parts;
    const { key0, key1 } = this.#key;
    const own = attentionKernels();
    this.#describe(own);
    own.attentionBackward(
      scratch.address,
      q.value,
      k.value,
      v.value,
      this.#scores,
      o.gradient,
      scores === undefined ? 0 : scores.gradient,
      dQ.address,
      dK.address,
      dV.address,
      rows,
      rate,
      key0,
      key1,
      step,
      workspace,
    );
  }

  get #scores(): number {
    const { scores, kept } = this.parts;
    if (scores !== undefined) return scores.value;
    return kept === undefined ? 0 : kept.address;
  }

  #describe(own: AttentionKernels): void {
    const { heads, targets, sources, keyDim, valueDim, isCausal, averagesAll } = this.parts;
    const { scratch, attentionMask, queryMask, keyMask, valueMask } = this.parts;
    const { address } = scratch;
    own.describeAttention(
      address, heads, targets, sources, keyDim, valueDim, Number(isCausal), Number(averagesAll),
    ); // prettier-ignore
    own.describeAttentionMasks(
      address, addressOf(attentionMask), this.#maskTargets, addressOf(queryMask), addressOf(keyMask), addressOf(valueMask),
    ); // prettier-ignore
  }
}

function addressOf(mask: Slot | undefined): number {
  return mask === undefined ? 0 : mask.value;
}
