// Layers that go through sequences with a state.
import { Bidirectional } from "../bidirectional.js";
import type { BidirectionalOptions } from "../bidirectional.js";
import { factory } from "../factory.js";
import type { LayerFactory } from "../factory.js";
import { GRU } from "../gru.js";
import type { GRUOptions } from "../gru.js";
import { LSTM } from "../lstm.js";
import type { LSTMOptions } from "../lstm.js";
import type { RecurrentOptions } from "../recurrent.js";
import { SimpleRNN } from "../simpleRNN.js";
import type { SimpleRNNOptions } from "../simpleRNN.js";

import { TimeDistributed } from "../timeDistributed.js";
import type { TimeDistributedOptions } from "../timeDistributed.js";

export type {
  Bidirectional,
  BidirectionalOptions,
  GRU,
  GRUOptions,
  LSTM,
  LSTMOptions,
  RecurrentOptions,
  SimpleRNN,
  SimpleRNNOptions,
  TimeDistributed,
  TimeDistributedOptions,
};

/**
 * A simple recurrent layer: h = activation(x . kernel + h' . recurrentKernel + bias), h' being the state h of the step
 * before, at first 0 (Elman 1990). Input [batch, steps, features], or that and a state [batch, units] to start from;
 * output h of the last step, [batch, units], or with `returnSequences` of all, [batch, steps, units].
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const simpleRNN: LayerFactory<typeof SimpleRNN> = /* @__PURE__ */ factory("SimpleRNN", SimpleRNN);

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997): with i, f, o = recurrentActivation(z) and
 * g = activation(z), for four parts of z = x . kernel + h' . recurrentKernel + bias in the order i, f, g, o, the cell is
 * c = f c' + i g and the output h = o activation(c). Input [batch, steps, features], or that and two states [batch, units],
 * h and c, to start from; output [batch, units], or with `returnSequences` [batch, steps, units].
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const lstm: LayerFactory<typeof LSTM> = /* @__PURE__ */ factory("LSTM", LSTM);

/**
 * A gated recurrent unit (Cho et al. 2014): h = z h' + (1 - z) activation(x part + r recurrent part), with update gate z
 * and reset gate r = recurrentActivation(sums of their parts); the columns of the kernels are z, r and the candidate. With
 * `resetAfter: false`, r multiplies the state before its product. Input [batch, steps, features], or that and a state
 * [batch, units] to start from; output [batch, units], or with `returnSequences` [batch, steps, units].
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const gru: LayerFactory<typeof GRU> = /* @__PURE__ */ factory("GRU", GRU);

/**
 * A recurrent layer and its like that takes the steps from the last to the first, each with weights of its own, and their
 * outputs merged, those of one step together (Schuster and Paliwal 1997; Keras's Bidirectional). Input
 * [batch, steps, features], or that and the states to start from, first those of the forward layer; output as the layer's,
 * with twice as many units for `mergeMode: "concat"`. With `mergeMode: null` the outputs are two, and with the layer's
 * `returnState` the states of both come after them (`applyAll`).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const bidirectional: LayerFactory<typeof Bidirectional> = /* @__PURE__ */ factory(
  "Bidirectional",
  Bidirectional,
);

/**
 * A layer or model applied to each step of a sequence by itself, with the same weights (Keras's TimeDistributed). Input
 * [batch, steps, ...]: what the layer gets is [batch, ...]; output [batch, steps, ...]. All steps are computed at once, as
 * rows of one large batch: a `batchNormalization` inside takes its statistics over all of them. The mask of the steps
 * is passed on; one of something within the steps, such as the words of sentences, goes into the layer.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; when the shape is known, SHAPE_MISMATCH for inputs
 * without an axis of steps, INVALID_OPTION if the layer is stateful or has several outputs
 */
export const timeDistributed: LayerFactory<typeof TimeDistributed> = /* @__PURE__ */ factory(
  "TimeDistributed",
  TimeDistributed,
);
