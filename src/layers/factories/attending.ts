// Layers in which each step of a sequence looks at the steps of another, or of its own.
import { factory } from "../factory.js";
import type { LayerFactory } from "../factory.js";
import { MultiHeadAttention } from "../multiHeadAttention.js";
import type {
  AttentionArguments,
  AttentionInputs,
  MultiHeadAttentionOptions,
} from "../multiHeadAttention.js";

export type { AttentionArguments, AttentionInputs, MultiHeadAttention, MultiHeadAttentionOptions };

/**
 * Attention of several heads (Vaswani et al. 2017, Attention Is All You Need; Keras's MultiHeadAttention): in each head every
 * step of a query takes a mean of the values of another sequence, weighted by the softmax of query . key / sqrt(keyDim); the
 * heads' means side by side are multiplied by a last kernel. Queries, keys and values are products of the inputs with a
 * kernel each, and a bias.
 *
 * Inputs: a sequence [batch, steps, features] that asks itself (self-attention), [query, value], [query, value, key], or
 * these by name, `apply({ query, value, attentionMask })`. Output [batch, targetSteps, features of the query], or as
 * `outputShape` says. Weights are query/kernel [features, numHeads, keyDim], query/bias, key/kernel, key/bias, value/kernel,
 * value/bias, attentionOutput/kernel [numHeads, valueDim, features] and attentionOutput/bias, in that order, which is Keras's.
 *
 * Masks that the inputs carry (`layers.masking`, `embedding({ maskZero })`) hide steps too, and the output carries that of the
 * query. A target that may see no source at all gets the mean of all values, or, with `dropout` or `returnAttentionScores`, zeros:
 * both as in Keras.
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const multiHeadAttention: LayerFactory<typeof MultiHeadAttention> = /* @__PURE__ */ factory(
  "MultiHeadAttention",
  MultiHeadAttention,
);
