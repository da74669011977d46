// Curves of loss and metrics over the epochs, drawn as they come.
import { make, makeSvg, readable } from "./dom.js";
import { scale, ticksBetween, tickText } from "./ticks.js";

const WIDTH = 360;
const HEIGHT = 216;
const LEFT = 46;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 34;
/** More points than this cannot be told apart. */
const MOST_POINTS = 400;

/** What a panel shows. */
export interface Panel {
  readonly title: string;
  /** Epochs of the whole run. */
  readonly epochs: number;
  readonly training: readonly number[];
  readonly validation: readonly number[];
  /** Ends of the scale, for a share; default: those of the values. */
  readonly range?: readonly [low: number, high: number];
  readonly format?: (value: number) => string;
}

/** Draws a panel into a figure, in the place of what was there. */
export function drawCurves(figure: HTMLElement, panel: Panel): void {
  const { title, training, validation, format = readable } = panel;
  const caption = make(
    "figcaption",
    {},
    make("b", {}, title),
    training.length > 0 ? entry("training", training, format) : "",
    validation.length > 0 ? entry("validation", validation, format) : "",
  );
  figure.replaceChildren(caption, drawing(panel, describe(panel, format)));
}

function entry(name: string, values: readonly number[], format: (value: number) => string): HTMLElement {
  const line = makeSvg(
    "svg",
    { viewBox: "0 0 22 8", width: 22, height: 8, "aria-hidden": "true" },
    makeSvg("path", { d: "M0 4H22", class: `curve ${name}` }),
  );
  const last = values.at(-1);
  return make(
    "span",
    { class: "legend" },
    line,
    ` ${name} `,
    make("output", {}, last === undefined ? "–" : format(last)),
  );
}

/** The panel in words. */
function describe({ title, training, validation }: Panel, format: (value: number) => string): string {
  const last = training.at(-1);
  if (last === undefined) return `${title}: nothing trained yet`;
  const other = validation.at(-1);
  const onOthers =
    other === undefined ? "" : `, validation from ${format(validation[0])} to ${format(other)}`;
  return `${title} over ${training.length} epochs: training from ${format(training[0])} to ${format(last)}${onOthers}`;
}

function drawing({ epochs, training, validation, range }: Panel, words: string): SVGElement {
  const values = [...training, ...validation].filter(Number.isFinite);
  const ends =
    range ?? (values.length === 0 ? [0, 1] : [Math.min(0, ...extremes(values)), extremes(values)[1]]);
  const rows = ticksBetween(ends[0], ends[1]);
  const last = Math.max(epochs, training.length, 2);
  const x = (epoch: number): number => scale(epoch, 1, last, LEFT, WIDTH - RIGHT);
  const y = (value: number): number => scale(value, rows[0], rows[rows.length - 1], HEIGHT - BOTTOM, TOP);
  const svg = makeSvg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: "img",
    "aria-label": words,
    class: "plot",
  });
  if (training.length === 0) {
    const middle = { x: WIDTH / 2, y: HEIGHT / 2, "text-anchor": "middle", class: "empty" };
    svg.append(
      makeSvg("rect", { x: 1, y: 1, width: WIDTH - 2, height: HEIGHT - 2, rx: 12, class: "empty" }),
      makeSvg("text", middle, "The curve appears here as it learns"),
    );
    return svg;
  }
  for (const tick of rows) {
    svg.append(
      makeSvg("path", { d: `M${LEFT} ${y(tick)}H${WIDTH - RIGHT}`, class: "grid" }),
      makeSvg("text", { x: LEFT - 7, y: y(tick) + 4, "text-anchor": "end" }, tickText(tick)),
    );
  }
  const columns = ticksBetween(1, last).filter((tick) => tick >= 1 && tick <= last && Number.isInteger(tick));
  for (const tick of new Set([1, ...columns])) {
    svg.append(
      makeSvg("text", { x: x(tick), y: HEIGHT - BOTTOM + 17, "text-anchor": "middle" }, whole(tick)),
    );
  }
  svg.append(
    makeSvg("text", { x: WIDTH - RIGHT, y: HEIGHT - 2, "text-anchor": "end", class: "axis-name" }, "epoch"),
    curve("validation", validation, x, y),
    curve("training", training, x, y),
  );
  return svg;
}

function whole(tick: number): string {
  return tick.toLocaleString("en");
}

function extremes(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [values[0], values[0]],
  );
}

function curve(
  name: string,
  values: readonly number[],
  x: (epoch: number) => number,
  y: (value: number) => number,
): SVGElement {
  const every = Math.ceil(values.length / MOST_POINTS);
  const points = values
    .map((value, i) => ({ value, i }))
    .filter(({ value, i }) => Number.isFinite(value) && (i % every === 0 || i === values.length - 1))
    .map(({ value, i }) => `${x(i + 1)},${y(value)}`);
  // A single epoch is a point, which a round end makes visible.
  if (points.length === 1) points.push(points[0]);
  return makeSvg("polyline", { class: `curve ${name}`, points: points.join(" ") });
}
