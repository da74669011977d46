// Scaled dot-product attention of several heads. A wasm module of its own, with matrix products of its own.
export { attentionBackward, attentionForward } from "./attentionHeads";
export { attentionScratchFloats, describeAttention, describeAttentionMasks } from "./attentionSizes";
