// Draws how training went: one panel for the loss and one for each metric, over the epochs.
import { scale, ticksBetween } from "./axes.js";
import { escape, savePicture } from "./picture.js";

const PANEL = { width: 400, height: 260, left: 58, right: 24, top: 30, bottom: 42 };
const HEADER_HEIGHT = 64;

const LIGHT = `
  .grid { stroke: #d9dee4; stroke-width: 1 }
  .axis { stroke: #52606d; stroke-width: 1 }
  .curve { fill: none; stroke-width: 2; stroke-linejoin: round }
  .training { stroke: #1d5fbf }
  .validation { stroke: #c2500a; stroke-dasharray: 6 3 }`;
const DARK = `
    .grid { stroke: #333c46 }
    .axis { stroke: #9aa5b1 }
    .training { stroke: #6aa9ff }
    .validation { stroke: #ffa057 }`;

/**
 * Writes the curves of a training run to charts/<name>.svg, below the current folder.
 *
 * @param {string} name of the file, without its ending
 * @param {string} title what the picture shows
 * @param {Record<string, number[]>} history what `fit` recorded: loss, val_loss, accuracy, ...
 * @returns {string} the path of the file
 */
export function saveCurves(name, title, history) {
  return savePicture(name, drawCurves(title, history));
}

/** The picture, as savePicture takes it. */
function drawCurves(title, history) {
  const names = Object.keys(history).filter((key) => !key.startsWith("val_"));
  const width = names.length * PANEL.width;
  const height = HEADER_HEIGHT + PANEL.height;
  const panels = names.map(
    (key, i) =>
      `<g transform="translate(${i * PANEL.width} ${HEADER_HEIGHT})">${drawPanel(key, history[key], history[`val_${key}`])}</g>`,
  );
  const content = `${drawLegend(names.some((key) => history[`val_${key}`] !== undefined))}
${panels.join("\n")}`;
  return { title, titleAt: [PANEL.left, 26], width, height, light: LIGHT, dark: DARK, content };
}

function drawLegend(hasValidation) {
  const training = drawLegendEntry("training", PANEL.left);
  return hasValidation ? training + drawLegendEntry("validation", PANEL.left + 120) : training;
}

function drawLegendEntry(className, x) {
  return `<line class="curve ${className}" x1="${x}" y1="46" x2="${x + 28}" y2="46"/><text x="${x + 36}" y="50">${className}</text>`;
}

function drawPanel(name, training, validation = []) {
  const values = [...training, ...validation].filter((value) => Number.isFinite(value));
  const yTicks = ticksBetween(Math.min(...values), Math.max(...values));
  const xTicks = ticksBetween(1, Math.max(training.length, 2)).filter((epoch) => Number.isInteger(epoch));
  const bottom = PANEL.height - PANEL.bottom;
  const right = PANEL.width - PANEL.right;
  const x = (epoch) => scale(epoch, 1, Math.max(training.length, 2), PANEL.left, right);
  const y = (value) => scale(value, yTicks[0], yTicks.at(-1), bottom, PANEL.top);

  const rows = yTicks.map(
    (tick) =>
      `<line class="grid" x1="${PANEL.left}" y1="${y(tick)}" x2="${right}" y2="${y(tick)}"/><text x="${PANEL.left - 8}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
  );
  const columns = xTicks
    .filter((epoch) => epoch >= 1 && epoch <= training.length)
    .map(
      (epoch) =>
        `<line class="axis" x1="${x(epoch)}" y1="${bottom}" x2="${x(epoch)}" y2="${bottom + 5}"/><text x="${x(epoch)}" y="${bottom + 18}" text-anchor="middle">${epoch}</text>`,
    );
  return `<text class="name" x="${PANEL.left}" y="18">${escape(name)}</text>
${rows.join("\n")}
<line class="axis" x1="${PANEL.left}" y1="${bottom}" x2="${right}" y2="${bottom}"/>
${columns.join("\n")}
<text x="${(PANEL.left + right) / 2}" y="${bottom + 35}" text-anchor="middle">epoch</text>
${drawCurve("training", training, x, y)}${drawCurve("validation", validation, x, y)}`;
}

function drawCurve(className, values, x, y) {
  const points = values
    .map((value, i) => [i + 1, value])
    .filter(([, value]) => Number.isFinite(value))
    .map(([epoch, value]) => `${x(epoch)},${y(value)}`);
  return points.length === 0 ? "" : `<polyline class="curve ${className}" points="${points.join(" ")}"/>`;
}
