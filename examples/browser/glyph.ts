// Turns a drawing into what the network was trained on: 8 x 8 counts of ink from 0 to 16.
//
// The people who made the data set scaled each digit to the full height of a bitmap of 32 x 32, gave all digits
// about the same amount of ink, put them in the middle and counted the pixels with ink in each block of 4 x 4.
// The same is done here, so that the network sees a drawing as it saw the digits that it learnt from.

/** A place on the drawing pad, in any unit, y downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What was drawn between putting the pen down and lifting it. */
export type Stroke = readonly Point[];

/** Blocks in a row of the picture that the network sees. */
export const BLOCKS = 8;

const BITMAP = 32;
const BLOCK = BITMAP / BLOCKS;
/** Pixels with ink in a digit of the data set, on average. */
const INK = 310;
/** As wide as the data set makes its digits. */
const WIDTH = 20;
/** Narrower drawings, such as a plain 1, are not made wider. */
const NARROW = 0.3;
const THINNEST = 0.8;
const THICKEST = 4.5;
const ROUNDS = 8;

/**
 * The picture that the network sees, row by row: 64 counts from 0 to 16. All zero if nothing was drawn.
 *
 * @param strokes lines of at least one point
 */
export function picture(strokes: readonly Stroke[]): Float32Array {
  const points = strokes.flat();
  if (points.length === 0) return new Float32Array(BLOCKS * BLOCKS);
  // The thicker the pen, the more ink: the radius that gives the usual amount is found by halving the range.
  let low = THINNEST;
  let high = THICKEST;
  let bitmap = paint(strokes, high);
  for (let round = 0; round < ROUNDS; round++) {
    const radius = (low + high) / 2;
    bitmap = paint(strokes, radius);
    if (count(bitmap) > INK) high = radius;
    else low = radius;
  }
  return blockCounts(bitmap);
}

/** The strokes at their full size in the middle of the bitmap, drawn by a round pen. */
function paint(strokes: readonly Stroke[], radius: number): Uint8Array {
  const fitted = fit(strokes, BITMAP - 2 * radius, WIDTH - 2 * radius);
  const bitmap = new Uint8Array(BITMAP * BITMAP);
  for (const stroke of fitted) {
    stroke.forEach((point, i) => paintLine(bitmap, stroke[Math.max(0, i - 1)], point, radius));
  }
  return bitmap;
}

/** Moves and scales strokes so that they fill a height, and a width unless they are narrow, in the middle. */
function fit(strokes: readonly Stroke[], height: number, width: number): Stroke[] {
  const points = strokes.flat();
  const left = Math.min(...points.map(({ x }) => x));
  const top = Math.min(...points.map(({ y }) => y));
  const spanX = Math.max(...points.map(({ x }) => x)) - left;
  const spanY = Math.max(...points.map(({ y }) => y)) - top;
  const longest = Math.max(spanX, spanY) || 1;
  const isFlat = spanY < NARROW * spanX;
  const isNarrow = spanX < NARROW * spanY;
  const scaleX = isNarrow ? Math.min(height / longest, width / (spanX || 1)) : width / (spanX || 1);
  const scaleY = isFlat ? width / longest : height / (spanY || 1);
  const middle = BITMAP / 2;
  return strokes.map((stroke) =>
    stroke.map(({ x, y }) => ({
      x: middle + (x - left - spanX / 2) * scaleX,
      y: middle + (y - top - spanY / 2) * scaleY,
    })),
  );
}

/** Inks every pixel whose middle is within the radius of the line. */
function paintLine(bitmap: Uint8Array, from: Point, to: Point, radius: number): void {
  const firstRow = clampPixel(Math.min(from.y, to.y) - radius);
  const lastRow = clampPixel(Math.max(from.y, to.y) + radius);
  const firstColumn = clampPixel(Math.min(from.x, to.x) - radius);
  const lastColumn = clampPixel(Math.max(from.x, to.x) + radius);
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      if (distance({ x: column + 0.5, y: row + 0.5 }, from, to) <= radius) bitmap[row * BITMAP + column] = 1;
    }
  }
}

function clampPixel(value: number): number {
  return Math.min(BITMAP - 1, Math.max(0, Math.floor(value)));
}

/** From a point to the nearest one of a line. */
function distance(point: Point, from: Point, to: Point): number {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / length2;
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - from.x - share * dx, point.y - from.y - share * dy);
}

function count(bitmap: Uint8Array): number {
  return bitmap.reduce((sum, pixel) => sum + pixel, 0);
}

function blockCounts(bitmap: Uint8Array): Float32Array {
  const counts = new Float32Array(BLOCKS * BLOCKS);
  bitmap.forEach((pixel, i) => {
    const row = Math.floor(Math.floor(i / BITMAP) / BLOCK);
    const column = Math.floor((i % BITMAP) / BLOCK);
    counts[row * BLOCKS + column] += pixel;
  });
  return counts;
}
