// Draws rows of small grey images, such as digits, filters and reconstructions, each row with a name.
import { encodePng } from "./png.js";
import { escape, savePicture } from "./picture.js";

const MARGIN = 24;
const TITLE_HEIGHT = 48;
const NAME_WIDTH = 130;
const GAP = 6;

const LIGHT = `
  svg { font-size: 13px }
  image { image-rendering: pixelated }`;

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
  return savePicture(name, drawImages(title, rows, size));
}

/** The picture, as savePicture takes it. */
function drawImages(title, rows, { width, height, scale = 2 }) {
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
  const content = drawn.join("\n");
  return {
    title,
    titleAt: [MARGIN, 30],
    width: whole.width,
    height: whole.height,
    light: LIGHT,
    content,
  };
}

function drawImage(values, x, y, width, height, scale) {
  const data = encodePng(values, width, height).toString("base64");
  return `<image x="${x}" y="${y}" width="${width * scale}" height="${height * scale}" href="data:image/png;base64,${data}"/>`;
}
