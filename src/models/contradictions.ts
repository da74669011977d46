// Outputs and losses that contradict each other: what a compiled model can be told before it is trained.
import { LanegradError, show } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import { Accuracy } from "../metrics/accuracy.js";
import type { Head } from "./heads.js";
import { outputActivation } from "./outputActivation.js";

/** A row of the table of contradictions, which the guide prints. */
export interface Rule {
  /** An error where the model cannot learn what it is for, else a warning. */
  readonly severity: "error" | "warning";
  readonly output: string;
  readonly loss: string;
  readonly why: string;
  /** The ways out. */
  readonly instead: string;
  /** @internal For an output with a loss, and the activation it ends in: "" where that is not known. */
  readonly applies: (activation: string, head: Head) => boolean;
}

/** Values from 0 to 1 that are independent of each other. */
const PROBABILITIES = ["sigmoid", "hardSigmoid", "sparseSigmoid", "piecewiseLinear", "unitStep"];

/** Values from 0 to 1 that add up to 1 along the last axis. */
const DISTRIBUTIONS = ["softmax", "sparsemax"];

/** Values that can be negative. */
const SIGNED = [
  "linear",
  "leakyRelu",
  "tanh",
  "elu",
  "selu",
  "celu",
  "softsign",
  "gelu",
  "silu",
  "mish",
  "hardSilu",
  "hardTanh",
  "hardShrink",
  "softShrink",
  "tanhShrink",
  "logSigmoid",
  "logSoftmax",
  "sign",
];

/** Values without a bound, as regressions have them. */
const UNBOUNDED = ["linear", "relu", "leakyRelu", "elu", "softplus", "exponential"];

const BINARY = ["binaryCrossentropy", "binaryFocalCrossentropy"];

const CATEGORICAL = [
  "categoricalCrossentropy",
  "sparseCategoricalCrossentropy",
  "categoricalFocalCrossentropy",
];

const MARGINS = ["hinge", "squaredHinge"];

const REGRESSION = [
  "meanSquaredError",
  "meanAbsoluteError",
  "meanAbsolutePercentageError",
  "meanSquaredLogarithmicError",
  "huber",
  "logCosh",
  "poisson",
];

const isProbable = (activation: string): boolean =>
  PROBABILITIES.includes(activation) || DISTRIBUTIONS.includes(activation);

/** Of an activation that is not known, nobody can say it. */
const isImprobable = (activation: string): boolean => activation !== "" && !isProbable(activation);

/** In order of precedence: of those that apply to an output, the first is told. */
export const rules: readonly Rule[] = [
  {
    severity: "error",
    output: "softmax with one unit",
    loss: "any loss",
    why: "softmax over one unit is always 1, so nothing can be learnt",
    instead: "use sigmoid, or one unit for each class",
    applies: (activation, { columns }) => DISTRIBUTIONS.includes(activation) && columns === 1,
  },
  {
    severity: "error",
    output: "one unit",
    loss: "a categorical cross-entropy",
    why: "the loss needs one output for each class",
    instead: "use sigmoid and binaryCrossentropy for two classes, or one unit for each class",
    applies: (_, { loss, columns }) => CATEGORICAL.includes(loss.name) && columns === 1,
  },
  {
    severity: "error",
    output: "softmax or sigmoid",
    loss: "a cross-entropy with fromLogits: true",
    why: "fromLogits makes the loss squash the outputs, and these are squashed already",
    instead: "leave the activation of the last layer out, or leave fromLogits out",
    applies: (activation, { loss }) =>
      loss.fromLogits &&
      (BINARY.includes(loss.name) || CATEGORICAL.includes(loss.name)) &&
      isProbable(activation),
  },
  {
    severity: "warning",
    output: "sigmoid, several units",
    loss: "a categorical cross-entropy",
    why: "the classes of the loss exclude each other, and outputs of sigmoid do not add up to 1",
    instead: "use softmax where each row is of one class, or binaryCrossentropy where labels are independent",
    applies: (activation, { loss }) => PROBABILITIES.includes(activation) && CATEGORICAL.includes(loss.name),
  },
  {
    severity: "warning",
    output: "softmax",
    loss: "a binary cross-entropy",
    why: "the labels of the loss are independent, and outputs of softmax add up to 1",
    instead:
      "use sigmoid where labels are independent, or categoricalCrossentropy where each row is of one class",
    applies: (activation, { loss }) => DISTRIBUTIONS.includes(activation) && BINARY.includes(loss.name),
  },
  {
    severity: "warning",
    output: "an activation without probabilities, such as linear or relu,",
    loss: "a binary cross-entropy",
    why: "the loss expects probabilities and cuts off at 0 and 1, where the gradient is 0",
    instead: "end the model in sigmoid, or in a linear layer with fromLogits: true in the loss",
    applies: (activation, { loss }) =>
      BINARY.includes(loss.name) && !loss.fromLogits && isImprobable(activation),
  },
  {
    severity: "warning",
    output: "an activation without probabilities, such as linear or relu,",
    loss: "a categorical cross-entropy",
    why: "the loss expects probabilities",
    instead: "end the model in softmax, or in a linear layer with fromLogits: true in the loss",
    applies: (activation, { loss }) =>
      CATEGORICAL.includes(loss.name) && !loss.fromLogits && isImprobable(activation),
  },
  {
    severity: "warning",
    output: "softmax or sigmoid",
    loss: "hinge",
    why: "the loss wants outputs below -1 and above 1, and these lie between 0 and 1",
    instead: "end the model in linear or tanh, or use a cross-entropy",
    applies: (activation, { loss }) => MARGINS.includes(loss.name) && isProbable(activation),
  },
  {
    severity: "warning",
    output: "an activation that can be negative, such as linear,",
    loss: "poisson",
    why: "the loss takes logarithms of the outputs, NaN where they are negative",
    instead: "end the model in exponential or softplus, or use meanSquaredError",
    applies: (activation, { loss }) => loss.name === "poisson" && SIGNED.includes(activation),
  },
  {
    severity: "warning",
    output: "one unit without bound, such as linear,",
    loss: "a regression loss with accuracy",
    why: "accuracy counts the outputs on the right side of 0.5, which says little of numbers",
    instead: "measure mae or rmse, or use sigmoid and binaryCrossentropy for two classes",
    applies: (activation, { loss, columns, metrics }) =>
      UNBOUNDED.includes(activation) &&
      columns === 1 &&
      REGRESSION.includes(loss.name) &&
      metrics.some(({ metric }) => metric instanceof Accuracy && metric.adapts),
  },
];

/** A rule as a sentence, for one output. */
function say({ output, loss: losses, why, instead }: Rule, activation: string, head: Head): string {
  const { name, columns, loss, metrics } = head;
  const units = `${columns} unit${columns === 1 ? "" : "s"}`;
  const logits = loss.fromLogits ? " with fromLogits" : "";
  const measured = metrics.length > 0 ? `, metrics=${show(metrics.map(({ key }) => key))}` : "";
  return `${output} does not go with ${losses}: ${why}. Instead, ${instead}. Received: output ${name} with ${units}, activation=${show(activation || undefined)}, loss=${show(loss.name)}${logits}${measured}`;
}

/**
 * Looks for contradictions between outputs and their losses.
 *
 * @returns warnings, one for each output that has any
 * @throws LanegradError INVALID_OPTION for the first output that cannot be trained as it is
 */
export function checkContradictions(graph: Graph, heads: readonly Head[]): string[] {
  const found = heads.flatMap((head) => {
    const activation = outputActivation(graph, graph.outputs[head.output])?.name ?? "";
    const rule = rules.find(({ applies }) => applies(activation, head));
    return rule === undefined ? [] : [{ severity: rule.severity, text: say(rule, activation, head) }];
  });
  const error = found.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new LanegradError("INVALID_OPTION", error.text);
  return found.map(({ text }) => text);
}
