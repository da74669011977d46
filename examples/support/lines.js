// Draws lines over a common axis, in panels one below the other, each with a scale of its own.
import { scale, ticksBetween } from "./axes.js";
import { escape, savePicture } from "./picture.js";

const PANEL = { width: 960, height: 270, left: 58, right: 24, top: 34, bottom: 42 };
const HEADER_HEIGHT = 64;
const LEGEND_STEP = 210;
const MOST_COLUMNS = 15;

const LIGHT = `
  .grid { stroke: #d9dee4; stroke-width: 1 }
  .axis { stroke: #52606d; stroke-width: 1 }
  .line { fill: none; stroke-linejoin: round }
  .line0 { stroke: #7b8794; stroke-width: 2 }
  .line1 { stroke: #1d5fbf; stroke-width: 2 }
  .line2 { stroke: #c2500a; stroke-width: 1.3; stroke-dasharray: 5 3 }`;
const DARK = `
    .grid { stroke: #333c46 }
    .axis { stroke: #9aa5b1 }
    .line0 { stroke: #9aa5b1 }
    .line1 { stroke: #6aa9ff }
    .line2 { stroke: #ffa057 }`;

/**
 * Writes panels of lines to charts/<name>.svg, below the current folder. Lines at the same place in their panels look
 * the same; there are at most three.
 *
 * @param {string} name of the file, without its ending
 * @param {string} title what the picture shows
 * @param {{ name: string, lines: { name: string, points: [number, number][] }[] }[]} panels points are [x, y]
 * @returns {string} the path of the file
 */
export function saveLines(name, title, panels) {
  return savePicture(name, drawLines(title, panels));
}

/** The picture, as savePicture takes it. */
function drawLines(title, panels) {
  const { width } = PANEL;
  const height = HEADER_HEIGHT + panels.length * PANEL.height;
  const names = [...new Set(panels.flatMap(({ lines }) => lines.map((line) => line.name)))];
  const drawn = panels.map(
    (panel, i) =>
      `<g transform="translate(0 ${HEADER_HEIGHT + i * PANEL.height})">${drawPanel(panel, names)}</g>`,
  );
  const content = `${names.map(drawLegendEntry).join("")}
${drawn.join("\n")}`;
  return { title, titleAt: [PANEL.left, 26], width, height, light: LIGHT, dark: DARK, content };
}

function drawLegendEntry(name, i) {
  const x = PANEL.left + i * LEGEND_STEP;
  return `<line class="line line${i}" x1="${x}" y1="46" x2="${x + 28}" y2="46"/><text x="${x + 36}" y="50">${escape(name)}</text>`;
}

function drawPanel({ name, lines }, names) {
  const points = lines.flatMap((line) => line.points);
  const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
  const [first, last] = [Math.min(...xs), Math.max(...xs)];
  const yTicks = ticksBetween(Math.min(...ys), Math.max(...ys));
  const xTicks = ticksBetween(first, last, MOST_COLUMNS).filter((tick) => tick >= first && tick <= last);
  const bottom = PANEL.height - PANEL.bottom;
  const right = PANEL.width - PANEL.right;
  const x = (value) => scale(value, first, last, PANEL.left, right);
  const y = (value) => scale(value, yTicks[0], yTicks.at(-1), bottom, PANEL.top);

  const rows = yTicks.map(
    (tick) =>
      `<line class="grid" x1="${PANEL.left}" y1="${y(tick)}" x2="${right}" y2="${y(tick)}"/><text x="${PANEL.left - 8}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
  );
  const columns = xTicks.map(
    (tick) =>
      `<line class="axis" x1="${x(tick)}" y1="${bottom}" x2="${x(tick)}" y2="${bottom + 5}"/><text x="${x(tick)}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`,
  );
  const drawn = lines.map(
    (line) =>
      `<polyline class="line line${names.indexOf(line.name)}" points="${line.points.map((point) => `${x(point[0])},${y(point[1])}`).join(" ")}"/>`,
  );
  return `<text class="name" x="${PANEL.left}" y="20">${escape(name)}</text>
${rows.join("\n")}
<line class="axis" x1="${PANEL.left}" y1="${bottom}" x2="${right}" y2="${bottom}"/>
${columns.join("\n")}
${drawn.join("\n")}`;
}
