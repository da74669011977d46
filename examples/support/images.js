// Draws rows of small grey images, such as digits, filters and reconstructions, each row with a name.
import { mkdirSync, writeFileSync } from "node:fs";
import { encodePng } from "./png.js";

const MARGIN = 24;
const TITLE_HEIGHT = 48;
const NAME_WIDTH = 130;
const GAP = 6;

const STYLE = `
  svg { background: #ffffff; font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 13px }
  .paper { fill: #ffffff }
  text { fill: #1f2933 }
  .title { font-size: 16px; font-weight: 600 }
  image { image-rendering: pixelated }
  @media (prefers-color-scheme: dark) {
    svg { background: #14181d }
    .paper { fill: #14181d }
    text { fill: #e4e7eb }
  }`;

/**
 * Writes rows of images to charts/<name>.svg, below the current folder.
 *
 * @param {string} name of the file, without its ending
 * @param {string} title what the picture shows
 * @param {{ name: string, images: ArrayLike<number>[] }[]} rows each image as its values from 0 (black) to 1 (white)
 * @param {{ width: number, height: number, scale?: number }} size of an image in values, and of a value in pixels
 * @returns {string} the path of the file
 */
export function saveImages(name, title, rows, size) {
  const path = `charts/${name}.svg`;
  mkdirSync("charts", { recursive: true });
  writeFileSync(path, drawImages(title, rows, size));
  return path;
}

/** The picture as the text of an SVG file. */
export function drawImages(title, rows, { width, height, scale = 2 }) {
  const cell = { width: width * scale + GAP, height: height * scale + GAP };
  const left = rows.some((row) => row.name !== "") ? MARGIN + NAME_WIDTH : MARGIN;
  const columns = Math.max(...rows.map((row) => row.images.length));
  const whole = {
    width: Math.max(left + columns * cell.width + MARGIN, 2 * MARGIN + 9 * title.length),
    height: TITLE_HEIGHT + rows.length * cell.height + MARGIN,
  };
  const drawn = rows.map((row, i) => {
    const y = TITLE_HEIGHT + i * cell.height;
    const label = `<text x="${MARGIN}" y="${y + cell.height / 2 + 4}">${escape(row.name)}</text>`;
    return (
      label +
      row.images.map((image, j) => drawImage(image, left + j * cell.width, y, width, height, scale)).join("")
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole.width} ${whole.height}" width="${whole.width}" height="${whole.height}" role="img" aria-label="${escape(title)}">
<style>${STYLE}
</style>
<rect class="paper" width="${whole.width}" height="${whole.height}"/>
<text class="title" x="${MARGIN}" y="30">${escape(title)}</text>
${drawn.join("\n")}
</svg>
`;
}

function drawImage(values, x, y, width, height, scale) {
  const data = encodePng(values, width, height).toString("base64");
  return `<image x="${x}" y="${y}" width="${width * scale}" height="${height * scale}" href="data:image/png;base64,${data}"/>`;
}

function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
