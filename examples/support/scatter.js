// Draws clouds of points on a plane, panel beside panel: real and generated ones in the course of training, say.
import { escape, savePicture } from "./picture.js";

const PANEL = { size: 220, gap: 20, nameHeight: 24 };
const MARGIN = 24;
const HEADER_HEIGHT = 72;

const LIGHT = `
  .frame { fill: none; stroke: #d9dee4; stroke-width: 1 }
  .points { fill: none; stroke-width: 3; stroke-linecap: round; stroke-opacity: 0.55 }
  .group0 { stroke: #1d5fbf }
  .group1 { stroke: #c2500a }`;
const DARK = `
    .frame { stroke: #333c46 }
    .group0 { stroke: #6aa9ff }
    .group1 { stroke: #ffa057 }`;

/**
 * Writes panels of points to charts/<name>.svg, below the current folder.
 *
 * @param {string} name of the file, without its ending
 * @param {string} title what the picture shows
 * @param {{ name: string, groups: ArrayLike<number>[] }[]} panels each with one or two groups of points: x, y, x, y, ...
 * @param {{ groups: string[], reach: number }} options what the groups are called; x and y go from -reach to reach
 * @returns {string} the path of the file
 */
export function saveScatter(name, title, panels, options) {
  return savePicture(name, drawScatter(title, panels, options));
}

/** The picture, as savePicture takes it. */
function drawScatter(title, panels, { groups, reach }) {
  const step = PANEL.size + PANEL.gap;
  const width = Math.max(2 * MARGIN + panels.length * step - PANEL.gap, 2 * MARGIN + 9 * title.length);
  const height = HEADER_HEIGHT + PANEL.nameHeight + PANEL.size + MARGIN;
  const legend = groups.map(
    (group, i) =>
      `<path class="points group${i}" d="M${MARGIN + 4 + 120 * i} 48h0m6 -4h0m3 6h0"/><text x="${MARGIN + 22 + 120 * i}" y="52">${escape(group)}</text>`,
  );
  const drawn = panels.map(
    (panel, i) =>
      `<g transform="translate(${MARGIN + i * step} ${HEADER_HEIGHT})">${drawPanel(panel, reach)}</g>`,
  );
  const content = `${legend.join("\n")}
${drawn.join("\n")}`;
  return { title, titleAt: [MARGIN, 30], width, height, light: LIGHT, dark: DARK, content };
}

function drawPanel({ name, groups }, reach) {
  const clouds = groups.map((points, i) => `<path class="points group${i}" d="${dots(points, reach)}"/>`);
  return `<text class="name" y="14">${escape(name)}</text>
<g transform="translate(0 ${PANEL.nameHeight})"><rect class="frame" width="${PANEL.size}" height="${PANEL.size}"/>${clouds.join("")}</g>`;
}

/** Points as lines without length, of which the round ends are seen; what lies outside is left out. */
function dots(points, reach) {
  const place = (value) => Math.round((0.5 + value / (2 * reach)) * PANEL.size * 10) / 10;
  let path = "";
  for (let i = 0; i + 1 < points.length; i += 2) {
    if (Math.abs(points[i]) > reach || Math.abs(points[i + 1]) > reach) continue;
    path += `M${place(points[i])} ${place(-points[i + 1])}h0`;
  }
  return path;
}
