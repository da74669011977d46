// Read by `tsc`, never run: models of several outputs, and what predictions of each kind of model are.
import {
  input,
  layers,
  loadModel,
  matMul,
  model,
  optimizers,
  preprocessing,
  sequential,
  tensor,
} from "lanegrad";
import type { Gradients, LanegradError, Tensor } from "lanegrad";

const x = input({ shape: [3], name: "x" });
const one = layers.dense({ units: 1 }).apply(x);
const two = layers.dense({ units: 2 }).apply(x);
const rows = new Float32Array(3);

// One output is a tensor, an array of outputs an array, of one output too.
model({ inputs: x, outputs: one }).predict(rows) satisfies Tensor;
model({ inputs: [x], outputs: [one, two] }).predict(rows) satisfies Tensor[];
model({ inputs: x, outputs: [one] }).predictOnBatch(rows) satisfies Tensor[];
sequential().predict(rows).data satisfies Float32Array;
loadModel<Tensor[]>(new Uint8Array(0)).predict({ x: rows }) satisfies Tensor[];
// @ts-expect-error an array of outputs gives an array
void model({ inputs: x, outputs: [one, two] }).predict(rows).data;
// @ts-expect-error a single output gives a tensor
void model({ inputs: x, outputs: one }).predict(rows)[0];
// @ts-expect-error outputs are missing
model({ inputs: x });
// @ts-expect-error a layer is not a tensor
model({ inputs: x, outputs: layers.dense({ units: 1 }) });
// @ts-expect-error an array of layers is an option
sequential([layers.dense({ units: 1 })]);
// @ts-expect-error not an option
sequential({ layer: layers.dense({ units: 1 }) });

// Inputs and labels by position or by name; null for an output without a loss.
const both = model({ inputs: [x], outputs: [one, two] });
void both.fit({ x: rows }, { dense: [1], dense_1: null });
void both.fit([rows], [[1], null]);
both.trainOnBatch(tensor([1, 2, 3], [1, 3]), [[1], [[1, 2]]]);
both.gradients(rows, [[1], [[1, 2]]]) satisfies Gradients;
both.vjp(rows, [[[1]], null], { training: true }).inputs satisfies Tensor[];
// @ts-expect-error inputs cannot be left out
void both.fit([null], [[1], null]);
// @ts-expect-error a text is not data
void both.fit("x.csv", [[1], null]);
// @ts-expect-error training is a flag
both.vjp(rows, [[[1]], null], { training: 1 });

// Flags count as 1 and 0.
const flags: boolean[] = [true, false];
tensor([flags]) satisfies Tensor;
void both.fit({ x: [[true, false, true]] }, { dense: flags, dense_1: null });
preprocessing.columns({ isOpen: flags }) satisfies number[][];
// @ts-expect-error texts are not data
tensor(["a"]);

both.save({ includeOptimizer: false }) satisfies Uint8Array;
both.setWeights(both.getWeights());
both.trainable = false;
// @ts-expect-error the optimizer comes with compile
both.optimizer = optimizers.adam();
// @ts-expect-error a tensor's shape is settled when it is made
tensor([1]).shape = [1];
matMul([[1]], [[1]], { transposeA: true }) satisfies Tensor;
// @ts-expect-error tfjs's position
matMul([[1]], [[1]], true);

const code = ({ code }: LanegradError): boolean => code === "NOT_BUILT";
// @ts-expect-error no such code
const noCode = ({ code }: LanegradError): boolean => code === "NOT_MADE";
export { code, noCode };
