// Draws a text letter by letter, each on a ground that is the darker the more probable somebody thought it.
import { escape, savePicture } from "./picture.js";

const CELL = { width: 13, height: 21 };
const MARGIN = 24;
const TITLE_HEIGHT = 78;
const NAME_WIDTH = 84;
const LINE_GAP = 16;
const LEGEND = [0, 0.25, 0.5, 0.75, 1];

const LIGHT = `
  .letter { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 14px; text-anchor: middle }
  .ground { fill: #3d8bfd }`;
const DARK = `
    .ground { fill: #1d5fbf }`;

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
  return savePicture(name, drawLetters(title, text, rows, columns));
}

/** The picture, as savePicture takes it. */
function drawLetters(title, text, rows, columns) {
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
  const content = `<text x="${MARGIN}" y="54">probability</text>${LEGEND.map(drawLegendEntry).join("")}
${drawn.flat().join("\n")}`;
  return { title, titleAt: [MARGIN, 26], width, height, light: LIGHT, dark: DARK, content };
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
