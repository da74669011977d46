// Draws a text letter by letter, each on a ground that is the darker the more probable somebody thought it.
import { mkdirSync, writeFileSync } from "node:fs";
import { escape } from "./axes.js";

const CELL = { width: 13, height: 21 };
const MARGIN = 24;
const TITLE_HEIGHT = 78;
const NAME_WIDTH = 84;
const LINE_GAP = 16;
const LEGEND = [0, 0.25, 0.5, 0.75, 1];

const STYLE = `
  svg { background: #ffffff; font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 12px }
  .paper { fill: #ffffff }
  text { fill: #1f2933 }
  .title { font-size: 16px; font-weight: 600 }
  .letter { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 14px; text-anchor: middle }
  .ground { fill: #3d8bfd }
  @media (prefers-color-scheme: dark) {
    svg { background: #14181d }
    .paper { fill: #14181d }
    text { fill: #e4e7eb }
    .ground { fill: #1d5fbf }
  }`;

/**
 * Writes a text to charts/<name>.svg, below the current folder, once for each row in every line.
 *
 * @param {string} name of the file, without its ending
 * @param {string} title what the picture shows
 * @param {string} text
 * @param {{ name: string, probabilities: ArrayLike<number> }[]} rows of each letter of the text, from 0 to 1
 * @param {number} columns letters of a line
 * @returns {string} the path of the file
 */
export function saveLetters(name, title, text, rows, columns = 64) {
  const path = `charts/${name}.svg`;
  mkdirSync("charts", { recursive: true });
  writeFileSync(path, drawLetters(title, text, rows, columns));
  return path;
}

/** The picture as the text of an SVG file. */
export function drawLetters(title, text, rows, columns) {
  const lineHeight = rows.length * CELL.height + LINE_GAP;
  const lines = Math.ceil(text.length / columns);
  const width = 2 * MARGIN + NAME_WIDTH + columns * CELL.width;
  const height = TITLE_HEIGHT + lines * lineHeight + MARGIN;
  const drawn = Array.from({ length: lines }, (_, line) =>
    rows.map((row, i) => {
      const y = TITLE_HEIGHT + line * lineHeight + i * CELL.height;
      const label = `<text x="${MARGIN}" y="${y + 15}">${escape(row.name)}</text>`;
      const start = line * columns;
      return label + drawLine(text.slice(start, start + columns), row.probabilities, start, y);
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">
<style>${STYLE}
</style>
<rect class="paper" width="${width}" height="${height}"/>
<text class="title" x="${MARGIN}" y="26">${escape(title)}</text>
<text x="${MARGIN}" y="54">probability</text>${LEGEND.map(drawLegendEntry).join("")}
${drawn.flat().join("\n")}
</svg>
`;
}

function drawLegendEntry(probability, i) {
  const x = MARGIN + NAME_WIDTH + i * 60;
  return `${drawGround(x, 39, probability)}<text x="${x + CELL.width + 6}" y="54">${probability}</text>`;
}

function drawLine(letters, probabilities, start, y) {
  return [...letters]
    .map((letter, i) => {
      const x = MARGIN + NAME_WIDTH + i * CELL.width;
      const shown = `<text class="letter" x="${x + CELL.width / 2}" y="${y + 15}">${escape(letter)}</text>`;
      return drawGround(x, y, probabilities[start + i]) + (letter === " " ? "" : shown);
    })
    .join("");
}

function drawGround(x, y, probability) {
  return `<rect class="ground" x="${x}" y="${y}" width="${CELL.width - 1}" height="${CELL.height - 1}" fill-opacity="${Math.round(probability * 100) / 100}"/>`;
}
