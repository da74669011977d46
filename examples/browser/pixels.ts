// Paints the small pictures that the network of the digits sees.
import { BLOCKS } from "./glyph.js";

const FULL = 16;

/** Paints 64 counts of ink, 0 to 16, on a canvas of 8 x 8 pixels, in the canvas's text colour. */
export function paintPicture(canvas: HTMLCanvasElement, counts: ArrayLike<number>): void {
  canvas.width = BLOCKS;
  canvas.height = BLOCKS;
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.fillStyle = getComputedStyle(canvas).color;
  for (let i = 0; i < counts.length; i++) {
    context.globalAlpha = counts[i] / FULL;
    context.fillRect(i % BLOCKS, Math.floor(i / BLOCKS), 1, 1);
  }
}
