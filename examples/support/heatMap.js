// Draws matrices of numbers from 0 to 1 side by side, as squares of one colour: the larger, the deeper.
import { escape, savePicture } from "./picture.js";

const CELL = 24;
const MARGIN = { left: 100, right: 20, top: 74, bottom: 24 };

const LIGHT = `
  .label { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 14px }
  .frame { fill: none; stroke: #9aa5b1; stroke-width: 1 }
  .cell { fill: #1d5fbf }`;
const DARK = `
    .frame { stroke: #52606d }
    .cell { fill: #6aa9ff }`;

/**
 * Writes heat maps to charts/<name>.svg, below the current folder.
 *
 * @param {string} name of the file, without its ending
 * @param {string} title what the picture shows
 * @param {{ name: string, rows: string[], columns: string[], values: ArrayLike<number> }[]} maps each a matrix, row after
 * row, with what its rows and columns stand for
 * @returns {string} the path of the file
 */
export function saveHeatMaps(name, title, maps) {
  return savePicture(name, drawHeatMaps(title, maps));
}

/** The picture, as savePicture takes it. */
function drawHeatMaps(title, maps) {
  const starts = maps.map((_, i) => widthOf(maps.slice(0, i)));
  const width = widthOf(maps);
  const height = MARGIN.top + CELL * Math.max(...maps.map(({ rows }) => rows.length)) + MARGIN.bottom;
  const drawn = maps.map((map, i) => `<g transform="translate(${starts[i]} 0)">${drawMap(map)}</g>`);
  const content = drawn.join("\n");
  return { title, titleAt: [MARGIN.left, 26], width, height, light: LIGHT, dark: DARK, content };
}

function widthOf(maps) {
  return maps.reduce((sum, { columns }) => sum + MARGIN.left + CELL * columns.length + MARGIN.right, 0);
}

function drawMap({ name, rows, columns, values }) {
  const cells = Array.from(values, (value, i) => {
    const [row, column] = [Math.floor(i / columns.length), i % columns.length];
    const what = `${rows[row]} looks at ${columns[column]}: ${(100 * value).toFixed(0)} %`;
    const [x, y] = [MARGIN.left + CELL * column, MARGIN.top + CELL * row];
    return `<rect class="cell" x="${x}" y="${y}" width="${CELL}" height="${CELL}" fill-opacity="${value.toFixed(3)}"><title>${escape(what)}</title></rect>`;
  });
  const across = columns.map((label, i) =>
    drawLabel(label, MARGIN.left + CELL * (i + 0.5), MARGIN.top - 8, "middle"),
  );
  const down = rows.map((label, i) =>
    drawLabel(label, MARGIN.left - 8, MARGIN.top + CELL * (i + 0.5) + 5, "end"),
  );
  return `<text class="name" x="${MARGIN.left}" y="48">${escape(name)}</text>
${[...across, ...down].join("")}
${cells.join("\n")}
<rect class="frame" x="${MARGIN.left}" y="${MARGIN.top}" width="${CELL * columns.length}" height="${CELL * rows.length}"/>`;
}

function drawLabel(text, x, y, anchor) {
  return `<text class="label" x="${x}" y="${y}" text-anchor="${anchor}">${escape(text)}</text>`;
}
