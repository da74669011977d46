// Writes grey pictures as PNG (W3C, "Portable Network Graphics Specification", third edition).
import { deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const BIT_DEPTH = 8;
const GREYSCALE = 0;

/**
 * @param {ArrayLike<number>} values from 0 (black) to 1 (white), row by row; what lies outside is cut off
 * @param {number} width in pixels
 * @param {number} height in pixels
 * @returns {Buffer} the bytes of a PNG file
 */
export function encodePng(values, width, height) {
  // Each row of pixels starts with a byte that says how it is filtered: 0, not at all.
  const rows = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const value = Math.min(Math.max(values[row * width + column], 0), 1);
      rows[row * (width + 1) + 1 + column] = Math.round(255 * value);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = BIT_DEPTH;
  header[9] = GREYSCALE;
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/** The checksum of PNG (annex D of the specification). Node has had its own only since 20.15. */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
