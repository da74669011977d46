// How a network does on rows that it has never seen, and what it says of a single one.
import { scores } from "lanegrad";
import type { Model } from "lanegrad";
import { scaleRow } from "./prepare.js";
import type { Part, Scaling } from "./prepare.js";
import type { Answer, Task, TestResult } from "./protocol.js";

/** Scores on the rows held back for the end. */
export function judge(net: Model, task: Task, scaling: Scaling, { x, y }: Part): TestResult {
  const output = net.predict(x);
  if (task.kind === "number") {
    const { mean, scale } = scaling.label;
    const truth = y.map((value) => value * scale + mean);
    const predicted = Array.from(output.data, (value) => value * scale + mean);
    return {
      kind: "number",
      rows: y.length,
      r2: scores.r2(truth, predicted),
      rmse: scores.rmse(truth, predicted),
      mae: scores.mae(truth, predicted),
      truth,
      predicted,
    };
  }
  const codes = Array.from(output.argMax());
  const labels = task.classes.map((_, code) => code);
  const mean = { average: "macro" } as const;
  return {
    kind: "class",
    rows: y.length,
    accuracy: scores.accuracy(y, codes),
    precision: scores.precision(y, codes, mean),
    recall: scores.recall(y, codes, mean),
    f1: scores.f1(y, codes, mean),
    confusion: scores.confusionMatrix(y, codes, { labels }).map((row) => [...row]),
  };
}

/** What the network says of one row as it was measured, before any scaling. */
export function ask(net: Model, task: Task, scaling: Scaling, row: readonly number[]): Answer {
  const output = net.predict([scaleRow(row, scaling)]).data;
  if (task.kind === "class") return { kind: "class", probabilities: Array.from(output) };
  return { kind: "number", value: output[0] * scaling.label.scale + scaling.label.mean };
}
