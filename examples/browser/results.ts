// How well a trained network does: its scores, and a confusion matrix or the predictions beside the truth.
import { make, makeSvg, percent, readable, whole } from "./dom.js";
import type { Task, TestResult } from "./protocol.js";
import { shorten } from "./shorten.js";
import { scale, ticksBetween, tickText } from "./ticks.js";

const SIZE = 420;
const LEFT = 52;
const BOTTOM = 42;
const MARGIN = 12;
const MOST_POINTS = 500;

/** Shows a result in the place of what was there. */
export function showResult(place: HTMLElement, task: Task, result: TestResult): void {
  if (result.kind === "class") {
    const right = result.confusion.reduce((sum, row, i) => sum + row[i], 0);
    place.replaceChildren(
      make(
        "p",
        { class: "verdict" },
        `${whole(right)} of ${whole(result.rows)} right, on rows that it has never seen.`,
      ),
      scoreList([
        ["Accuracy", percent(result.accuracy)],
        ["Precision", percent(result.precision)],
        ["Recall", percent(result.recall)],
        ["F1", percent(result.f1)],
      ]),
      confusionTable(task, result.confusion),
    );
    return;
  }
  place.replaceChildren(
    make(
      "p",
      { class: "verdict" },
      `On ${whole(result.rows)} rows that it has never seen, it is ${readable(result.mae)} off on average.`,
    ),
    scoreList([
      ["R²", readable(result.r2)],
      ["RMSE", readable(result.rmse)],
      ["Mean error", readable(result.mae)],
    ]),
    scatter(task.labelName, result.truth, result.predicted),
  );
}

function scoreList(entries: readonly (readonly [name: string, value: string])[]): HTMLElement {
  return make(
    "dl",
    { class: "scores" },
    ...entries.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))),
  );
}

function confusionTable(task: Task, confusion: readonly (readonly number[])[]): HTMLElement {
  const head = make(
    "tr",
    {},
    make("th", { scope: "col", class: "corner" }, "as →", make("br"), "true ↓"),
    ...task.classes.map((name) => make("th", { scope: "col" }, name)),
  );
  const body = confusion.map((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, task.classes[i]),
      ...row.map((count, j) => cell(count, total, i === j)),
    );
  });
  const table = make(
    "table",
    { class: "confusion" },
    make("caption", {}, "Confusion matrix: rows are what is true, columns what the network took it for."),
    make("thead", {}, head),
    make("tbody", {}, ...body),
  );
  return make(
    "div",
    { class: "scroller", role: "region", "aria-label": "Confusion matrix", tabindex: "0" },
    table,
  );
}

function cell(count: number, total: number, isRight: boolean): HTMLElement {
  const kind = count === 0 ? "none" : isRight ? "right" : "wrong";
  const element = make("td", { class: kind }, count);
  element.style.setProperty("--share", String(total === 0 ? 0 : count / total));
  return element;
}

function scatter(label: string, truth: readonly number[], predicted: readonly number[]): HTMLElement {
  const every = Math.ceil(truth.length / MOST_POINTS);
  const all = [...truth, ...predicted].filter(Number.isFinite);
  const ticks = ticksBetween(
    all.reduce((low, value) => Math.min(low, value)),
    all.reduce((high, value) => Math.max(high, value)),
  );
  const low = ticks[0];
  const high = ticks[ticks.length - 1];
  const x = (value: number): number => scale(value, low, high, LEFT, SIZE - MARGIN);
  const y = (value: number): number => scale(value, low, high, SIZE - BOTTOM, MARGIN);
  const words = `Predicted ${label} against the true one, for ${truth.length} rows; on the line both are equal`;
  const svg = makeSvg("svg", {
    viewBox: `0 0 ${SIZE} ${SIZE}`,
    role: "img",
    "aria-label": words,
    class: "plot scatter",
  });
  for (const tick of ticks) {
    svg.append(
      makeSvg("path", { d: `M${LEFT} ${y(tick)}H${SIZE - MARGIN}`, class: "grid" }),
      makeSvg("text", { x: LEFT - 7, y: y(tick) + 4, "text-anchor": "end" }, tickText(tick)),
      makeSvg("text", { x: x(tick), y: SIZE - BOTTOM + 17, "text-anchor": "middle" }, tickText(tick)),
    );
  }
  svg.append(makeSvg("path", { d: `M${x(low)} ${y(low)}L${x(high)} ${y(high)}`, class: "curve validation" }));
  truth.forEach((value, i) => {
    if (i % every !== 0 || !Number.isFinite(predicted[i])) return;
    svg.append(makeSvg("circle", { cx: x(value), cy: y(predicted[i]), r: 3.2, class: "dot" }));
  });
  svg.append(
    makeSvg(
      "text",
      { x: SIZE - MARGIN, y: SIZE - 6, "text-anchor": "end", class: "axis-name" },
      `true ${shorten(label)}`,
    ),
  );
  return make(
    "figure",
    { class: "scatter-figure" },
    make(
      "figcaption",
      {},
      `Predicted ${label} (upwards) against the true one (to the right). On the dashed line both are equal.`,
    ),
    svg,
  );
}
