// Draws a self-organizing map: the U-matrix with what its units match, and a small map for each feature.
import { escape, savePicture } from "./picture.js";

const MARGIN = 24;
const TITLE_HEIGHT = 92;
const NAME_HEIGHT = 30;
const LARGE = 44; // pixels between neighbours of the U-matrix
const SMALL = 15; // and of the maps of features
const COLUMNS_OF_PLANES = 2;
const LEGEND = [0, 0.25, 0.5, 0.75, 1];
const ROW_DISTANCE = { rectangular: 1, hexagonal: Math.sqrt(3) / 2 };
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

const LIGHT = `
  .cell { fill: #1f2933; stroke: #c5ccd4; stroke-width: 0.5 }
  .mark { stroke: #ffffff; stroke-width: 0.8 }
  .mark0 { fill: #1d5fbf }
  .mark1 { fill: #c2500a }
  .mark2 { fill: #2a8a3c }`;
const DARK = `
    .cell { fill: #e4e7eb; stroke: #4a5561 }
    .mark { stroke: #14181d }
    .mark0 { fill: #6aa9ff }
    .mark1 { fill: #ffa057 }
    .mark2 { fill: #6fd087 }`;

/** Shapes as well as colours, for who does not tell the colours apart. */
const SHAPES = [
  "M-3.4,0a3.4,3.4 0 1,0 6.8,0a3.4,3.4 0 1,0 -6.8,0z",
  "M0,-4.2L3.8,2.8L-3.8,2.8z",
  "M-3,-3h6v6h-6z",
];

/**
 * Writes a map to charts/<name>.svg, below the current folder.
 *
 * @param {string} name of the file, without its ending
 * @param {string} title what the picture shows
 * @param {{ rows: number, columns: number, grid: "rectangular" | "hexagonal" }} size
 * @param {ArrayLike<number>} uMatrix a value for each unit
 * @param {{ name: string, units: number[] }[]} marks up to three classes: the best matching unit of each of their rows
 * @param {{ name: string, values: ArrayLike<number> }[]} planes features: the weight that each unit has for it
 * @returns {string} the path of the file
 */
export function saveMap(name, title, size, uMatrix, marks, planes) {
  return savePicture(name, drawMap(title, size, uMatrix, marks, planes));
}

/** The picture, as savePicture takes it. */
function drawMap(title, size, uMatrix, marks, planes) {
  const large = extent(size, LARGE);
  const small = extent(size, SMALL);
  const cell = { width: small.width + MARGIN, height: small.height + NAME_HEIGHT };
  const right = 2 * MARGIN + large.width;
  const drawn = planes.map(({ name, values }, i) => {
    const x = right + (i % COLUMNS_OF_PLANES) * cell.width;
    const y = TITLE_HEIGHT + Math.floor(i / COLUMNS_OF_PLANES) * cell.height;
    return `<g transform="translate(${x} ${y})"><text class="name" y="-8">${escape(name)}</text>
${drawCells(size, SMALL, values)}</g>`;
  });
  const width = right + Math.min(planes.length, COLUMNS_OF_PLANES) * cell.width;
  const height =
    TITLE_HEIGHT +
    Math.max(large.height, Math.ceil(planes.length / COLUMNS_OF_PLANES) * cell.height - NAME_HEIGHT) +
    MARGIN;
  const content = `${marks.map((mark, i) => drawLegendEntry(mark, i)).join("")}${drawScale(right)}
<g transform="translate(${MARGIN} ${TITLE_HEIGHT})"><text class="name" y="-8">distance to the neighbours (U-matrix)</text>
${drawCells(size, LARGE, uMatrix)}
${drawMarks(size, marks)}</g>
${drawn.join("\n")}`;
  return { title, titleAt: [MARGIN, 30], width, height, light: LIGHT, dark: DARK, content };
}

function drawLegendEntry({ name }, i) {
  const x = MARGIN + 4 + i * 110;
  return `<path class="mark mark${i}" transform="translate(${x} 52)" d="${SHAPES[i]}"/><text x="${x + 10}" y="56">${escape(name)}</text>`;
}

/** What the strength of cells means, on all maps, from the least value of each to its greatest. */
function drawScale(x) {
  const cells = LEGEND.map(
    (share, i) =>
      `<rect class="cell" x="${x + 48 + i * 18}" y="45" width="18" height="14" fill-opacity="${opacity(share)}"/>`,
  );
  return `<text x="${x}" y="56">small</text>${cells.join("")}<text x="${x + 54 + LEGEND.length * 18}" y="56">large</text>`;
}

/** How strong a cell is whose value is this share of the way from the least to the greatest. */
function opacity(share) {
  return round(0.03 + 0.77 * share);
}

/** The size of a map in pixels, `step` being the distance of neighbours. */
function extent({ rows, columns, grid }, step) {
  const isHexagonal = grid === "hexagonal";
  return {
    width: round((columns + (isHexagonal && rows > 1 ? 0.5 : 0)) * step),
    height: round(((rows - 1) * ROW_DISTANCE[grid] + (isHexagonal ? 2 / Math.sqrt(3) : 1)) * step),
  };
}

/** The middle of a unit: on a hexagonal grid odd rows stand half a unit to the right. */
function middle({ columns, grid }, unit, step) {
  const row = Math.floor(unit / columns);
  const isHexagonal = grid === "hexagonal";
  return {
    x: ((unit % columns) + 0.5 + (isHexagonal ? 0.5 * (row % 2) : 0)) * step,
    y: (row * ROW_DISTANCE[grid] + (isHexagonal ? 1 / Math.sqrt(3) : 0.5)) * step,
  };
}

/** The cells, the stronger the greater their value. */
function drawCells(size, step, values) {
  const all = Array.from(values);
  const least = Math.min(...all);
  const range = Math.max(...all) - least || 1;
  const corners = size.grid === "hexagonal" ? hexagon(step) : square(step);
  return all
    .map((value, unit) => {
      const { x, y } = middle(size, unit, step);
      const points = corners.map(([across, down]) => `${round(x + across)},${round(y + down)}`).join(" ");
      return `<polygon class="cell" fill-opacity="${opacity((value - least) / range)}" points="${points}"/>`;
    })
    .join("");
}

function hexagon(step) {
  const radius = step / Math.sqrt(3);
  return Array.from({ length: 6 }, (_, i) => {
    const angle = Math.PI / 6 + (i * Math.PI) / 3;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

function square(step) {
  const half = step / 2;
  return [
    [-half, -half],
    [half, -half],
    [half, half],
    [-half, half],
  ];
}

/** One mark for each row, in its unit. Rows of one unit stand in a spiral, as seeds in a sunflower. */
function drawMarks(size, marks) {
  const standing = new Map();
  return marks
    .flatMap(({ units }, i) =>
      units.map((unit) => {
        const before = standing.get(unit) ?? 0;
        standing.set(unit, before + 1);
        const { x, y } = middle(size, unit, LARGE);
        const distance = 0.17 * LARGE * Math.sqrt(before);
        const across = round(x + distance * Math.cos(before * GOLDEN_ANGLE));
        const down = round(y + distance * Math.sin(before * GOLDEN_ANGLE));
        return `<path class="mark mark${i}" transform="translate(${across} ${down})" d="${SHAPES[i]}"/>`;
      }),
    )
    .join("");
}

/** In hundredths. */
function round(value) {
  return Math.round(100 * value) / 100;
}
