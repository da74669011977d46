// Outputs and losses that contradict each other: what a compiled model can be told before it is trained.
import { LanegradError, show } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import { Accuracy } from "../metrics/accuracy.js";
import type { Head } from "./heads.js";
import { outputActivation } from "./outputActivation.js";

/** An output with a loss, and the activation it ends in, where that is known. */
interface Ending {
  readonly head: Head;
  readonly activation: string | undefined;
}

/** A row of the table of contradictions, which the guide prints. */
export interface Rule {
  /** An error where the model cannot learn what it is for, else a warning. */
  readonly severity: "error" | "warning";
  readonly output: string;
  readonly loss: string;
  readonly why: string;
  /** The ways out. */
  readonly instead: string;
  /** @internal */
  readonly applies: (ending: Ending) => boolean;
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

const isOneOf = (name: string | undefined, names: readonly string[]): boolean =>
  name !== undefined && names.includes(name);

const isCrossentropy = ({ head: { loss } }: Ending): boolean =>
  isOneOf(loss.name, BINARY) || isOneOf(loss.name, CATEGORICAL);

const isProbable = ({ activation }: Ending): boolean =>
  isOneOf(activation, PROBABILITIES) || isOneOf(activation, DISTRIBUTIONS);

/** Of an activation that is not known, nobody can say it. */
const isImprobable = (ending: Ending): boolean => ending.activation !== undefined && !isProbable(ending);

/** In order of precedence: of those that apply to an output, the first is told. */
export const rules: readonly Rule[] = [
  {
    severity: "error",
    output: "softmax with one unit",
    loss: "any loss",
    why: "softmax over one unit is always 1, so nothing can be learnt",
    instead: "use sigmoid for one yes-or-no output, or one unit for each class",
    applies: ({ activation, head }) => isOneOf(activation, DISTRIBUTIONS) && head.columns === 1,
  },
  {
    severity: "error",
    output: "one unit",
    loss: "categorical or sparse categorical cross-entropy",
    why: "these losses need one output for each class, and with a single class there is nothing to learn",
    instead: "use one unit with sigmoid and binaryCrossentropy for two classes, or one unit for each class",
    applies: ({ head }) => isOneOf(head.loss.name, CATEGORICAL) && head.columns === 1,
  },
  {
    severity: "error",
    output: "softmax or sigmoid",
    loss: "a cross-entropy with fromLogits: true",
    why: "fromLogits makes the loss squash the outputs itself, and these are squashed already",
    instead: "leave the activation of the last layer out, or leave fromLogits out",
    applies: (ending) => ending.head.loss.fromLogits && isCrossentropy(ending) && isProbable(ending),
  },
  {
    severity: "warning",
    output: "sigmoid, several units",
    loss: "categorical or sparse categorical cross-entropy",
    why: "the loss takes the classes to exclude each other, and outputs of sigmoid do not add up to 1",
    instead: "use softmax where each row is of one class, or binaryCrossentropy where labels are independent",
    applies: ({ activation, head }) =>
      isOneOf(activation, PROBABILITIES) && isOneOf(head.loss.name, CATEGORICAL),
  },
  {
    severity: "warning",
    output: "softmax",
    loss: "binary cross-entropy",
    why: "the loss takes the outputs to be independent, and those of softmax add up to 1",
    instead:
      "use sigmoid where labels are independent, or categoricalCrossentropy where each row is of one class",
    applies: ({ activation, head }) => isOneOf(activation, DISTRIBUTIONS) && isOneOf(head.loss.name, BINARY),
  },
  {
    severity: "warning",
    output: "linear, relu, tanh or another that gives no probabilities",
    loss: "a binary cross-entropy",
    why: "the loss expects probabilities and cuts everything else off at 0 and 1, where the gradient is 0",
    instead: "end the model in sigmoid, or in a linear layer with fromLogits: true in the loss",
    applies: (ending) =>
      isOneOf(ending.head.loss.name, BINARY) && !ending.head.loss.fromLogits && isImprobable(ending),
  },
  {
    severity: "warning",
    output: "linear, relu, tanh or another that gives no probabilities",
    loss: "a categorical or sparse categorical cross-entropy",
    why: "the loss expects probabilities, and these outputs are none",
    instead: "end the model in softmax, or in a linear layer with fromLogits: true in the loss",
    applies: (ending) =>
      isOneOf(ending.head.loss.name, CATEGORICAL) && !ending.head.loss.fromLogits && isImprobable(ending),
  },
  {
    severity: "warning",
    output: "sigmoid or softmax",
    loss: "hinge or squared hinge",
    why: "the loss wants outputs below -1 and above 1, and these lie between 0 and 1",
    instead: "end the model in linear or tanh, or use a cross-entropy",
    applies: (ending) => isOneOf(ending.head.loss.name, MARGINS) && isProbable(ending),
  },
  {
    severity: "warning",
    output: "linear, tanh or another that can be negative",
    loss: "poisson",
    why: "the loss takes the logarithm of the outputs, which is NaN where they are negative",
    instead: "end the model in exponential or softplus, or use a loss such as meanSquaredError",
    applies: ({ activation, head }) => head.loss.name === "poisson" && isOneOf(activation, SIGNED),
  },
  {
    severity: "warning",
    output: "one unit without bound, such as linear",
    loss: "a regression loss, with the metric accuracy",
    why: "accuracy counts which outputs are on the right side of 0.5, which says little of predicted numbers",
    instead: "measure mae or rmse, or use sigmoid and binaryCrossentropy if there are two classes",
    applies: ({ activation, head }) =>
      isOneOf(activation, UNBOUNDED) &&
      head.columns === 1 &&
      isOneOf(head.loss.name, REGRESSION) &&
      head.metrics.some(({ metric }) => metric instanceof Accuracy && metric.adapts),
  },
];

/** What an output is that a rule applies to. */
function received({ head, activation }: Ending): string {
  const logits = head.loss.fromLogits ? " with fromLogits" : "";
  const keys = head.metrics.map(({ key }) => key);
  const metrics = keys.length > 0 ? `, metrics=${show(keys)}` : "";
  return `output ${head.name} with ${head.columns} unit${head.columns === 1 ? "" : "s"}, activation=${show(activation)}, loss=${show(head.loss.name)}${logits}${metrics}`;
}

/** A rule as a sentence, for one output. */
function say({ output, loss, why, instead }: Rule, ending: Ending): string {
  return `${output} does not go with ${loss}: ${why}. Instead, ${instead}. Received: ${received(ending)}`;
}

/**
 * Looks for contradictions between outputs and their losses.
 *
 * @returns warnings, one for each output that has any
 * @throws LanegradError INVALID_OPTION for the first output that cannot be trained as it is
 */
export function checkContradictions(graph: Graph, heads: readonly Head[]): string[] {
  const found = heads.flatMap((head) => {
    const activation = outputActivation(graph, graph.outputs[head.output]);
    const ending = { head, activation: activation?.name };
    const rule = rules.find(({ applies }) => applies(ending));
    return rule === undefined ? [] : [{ severity: rule.severity, text: say(rule, ending) }];
  });
  const error = found.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new LanegradError("INVALID_OPTION", error.text);
  return found.map(({ text }) => text);
}
