// Read by `tsc`, never run: what layers and their parts take, and what they refuse.
// Parts given by name are in test/specs.test.ts, which runs them too.
import { constraints, initializers, input, layers, regularizers } from "lanegrad";
import type { activations, SymbolicTensor } from "lanegrad";

// What must compile.
layers.dense({ units: 2 }) satisfies layers.Layer;
layers.dense({ units: 2, activation: "leaky_relu", inputShape: [3, 4], name: "first", trainable: false });
layers.dense({ units: 2, kernelInitializer: initializers.heNormal({ seed: 1 }), useBias: false });
layers.dense({ units: 2, kernelRegularizer: regularizers.l1L2({ l1: 0.1 }), biasRegularizer: "l2" });
layers.dense({ units: 2, kernelConstraint: constraints.maxNorm(), biasConstraint: { name: "nonNeg" } });
layers.activation({ activation: { name: "relu", maxValue: 6, negativeSlope: 0.1 } });
layers.batchNormalization({ momentum: 0.9, gammaInitializer: "ones" });
layers.layerNormalization({ epsilon: 1e-5, axis: [-2, -1] });
layers.dropout({ rate: 0.5, seed: 3 });
layers.lstm({ units: 2, returnSequences: true, recurrentActivation: "hardSigmoid", unitForgetBias: false });
layers.bidirectional({ layer: layers.gru({ units: 2, resetAfter: false }), mergeMode: null });
layers.multiHeadAttention({ numHeads: 2, keyDim: 3, outputShape: [2, 2], kernelInitializer: "heNormal" });
const sequence = input({ shape: [3, 3] });
const attention = layers.multiHeadAttention({ numHeads: 2, keyDim: 3 });
attention.apply({ query: sequence, attentionMask: sequence }) satisfies SymbolicTensor;
attention.apply([sequence, sequence]) satisfies SymbolicTensor;
layers.flatten();
layers.reshape({ targetShape: [2, 3] });
layers.dense({ units: 1 }).apply(input({ shape: [3] })).shape satisfies readonly (number | null)[];
layers.dense.className satisfies string;

// @ts-expect-error units must be given
layers.dense({ activation: "relu" });
// @ts-expect-error an object, not Keras's position
layers.dense(3);
// @ts-expect-error snake_case options are not ours
layers.dense({ units: 3, use_bias: false });
// @ts-expect-error a text for a number
layers.dense({ units: "3" });
// @ts-expect-error inputShape is an array
layers.dense({ units: 3, inputShape: 4 });
// @ts-expect-error the batch is no part of inputShape
layers.dense({ units: 3, inputShape: [null, 4] });
// @ts-expect-error an option of dense
layers.activation({ activation: "relu", units: 3 });
// @ts-expect-error the activation must be given
layers.activation({});
// @ts-expect-error an option of lstm
layers.gru({ units: 2, unitForgetBias: true });
// @ts-expect-error not a recurrent layer
layers.bidirectional({ layer: layers.dense({ units: 2 }) });
// @ts-expect-error keyDim must be given
layers.multiHeadAttention({ numHeads: 2 });
// @ts-expect-error no such input
attention.apply({ query: sequence, mask: sequence });
// @ts-expect-error no such mode
layers.bidirectional({ layer: layers.gru({ units: 2 }), mergeMode: "max" });
// @ts-expect-error rate must be given
layers.dropout({ seed: 1 });
// @ts-expect-error targetShape must be given
layers.reshape({});
// @ts-expect-error an option of group normalization
layers.layerNormalization({ groups: 2 });
// @ts-expect-error flatten has no axis
layers.flatten({ axis: 1 });
// @ts-expect-error a shape is not a tensor
layers.dense({ units: 1 }).apply([3]);
// @ts-expect-error data has no place in a model that is being described
layers.dense({ units: 1 }).apply(new Float32Array(3));
// @ts-expect-error the shape must be given
input({ name: "x" });
// @ts-expect-error the shape is of one row
input({ shape: [null, 3] });

const activation = (spec: activations.ActivationSpec) => layers.dense({ units: 1, activation: spec });

activation("gelu");
activation("hard_sigmoid");
activation({ name: "gelu", approximate: true });
activation({ name: "threshold", threshold: 0.5, defaultValue: 0 });
activation({ name: "softShrink", threshold: 0.1 });
// @ts-expect-error no such activation
activation("Relu");
// @ts-expect-error threshold needs its options
activation("threshold");
// @ts-expect-error and both of them
activation({ name: "threshold", threshold: 0.5 });
// @ts-expect-error tfjs's name of the slope
activation({ name: "leakyRelu", alpha: 0.1 });
// @ts-expect-error sigmoid has no options
activation({ name: "sigmoid", alpha: 1 });
// @ts-expect-error a flag
activation({ name: "gelu", approximate: "tanh" });
// @ts-expect-error a function is not an activation
activation((x: number) => x);

// @ts-expect-error stddev
initializers.randomNormal({ std: 1 });
// @ts-expect-error no such mode
initializers.varianceScaling({ mode: "fanBoth" });
// @ts-expect-error no such distribution
initializers.varianceScaling({ distribution: "gamma" });
initializers.zeros() satisfies initializers.Initializer;
initializers.ones({});
layers.dense({ units: 1, biasInitializer: { name: "zeros" }, kernelConstraint: { name: "nonNeg" } });
// @ts-expect-error zeros have no value
initializers.zeros({ value: 1 });
// @ts-expect-error zeros have no options
initializers.zeros(1);
// @ts-expect-error nonNeg has no options
constraints.nonNeg({ axis: 0 });
// @ts-expect-error nor has it by name
layers.dense({ units: 1, kernelConstraint: { name: "nonNeg", axis: 0 } });
// @ts-expect-error a seed is a number
initializers.glorotUniform({ seed: "1" });
// @ts-expect-error an option of l1
regularizers.l2({ l1: 1 });
// @ts-expect-error a number is not an options object
regularizers.l2(0.01);
// @ts-expect-error no such mode
regularizers.orthogonal({ mode: "diagonal" });
// @ts-expect-error maxValue
constraints.maxNorm({ max: 2 });
// @ts-expect-error an option of minMaxNorm
constraints.unitNorm({ rate: 1 });
