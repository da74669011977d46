// What all pictures have in common: paper, a title, colours for light and dark, and the folder that they go to.
import { mkdirSync, writeFileSync } from "node:fs";

const LIGHT = `
  svg { background: #ffffff; font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 12px }
  .paper { fill: #ffffff }
  text { fill: #1f2933 }
  .title { font-size: 16px; font-weight: 600 }
  .name { font-weight: 600 }`;
const DARK = `
    svg { background: #14181d }
    .paper { fill: #14181d }
    text { fill: #e4e7eb }`;

/**
 * Writes a picture to charts/<name>.svg, below the current folder.
 *
 * @param {string} name of the file, without its ending
 * @param {{ title: string, titleAt: [number, number], width: number, height: number, light: string,
 *   dark?: string, content: string }} picture its colours as CSS, in the dark those that differ, and what is drawn as SVG
 * @returns {string} the path of the file
 */
export function savePicture(name, { title, titleAt: [x, y], width, height, light, dark = "", content }) {
  const path = `charts/${name}.svg`;
  mkdirSync("charts", { recursive: true });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">
<style>${LIGHT}${light}
  @media (prefers-color-scheme: dark) {${DARK}${dark}
  }
</style>
<rect class="paper" width="${width}" height="${height}"/>
<text class="title" x="${x}" y="${y}">${escape(title)}</text>
${content}
</svg>
`;
  writeFileSync(path, svg);
  return path;
}

/** Text as it stands in SVG. */
export function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
