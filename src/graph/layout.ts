import { align } from "../runtime/allocator.js";
import type { Range } from "./slot.js";

/**
 * Gives every range its place in scratch memory, so that ranges in use at the same time do not overlap
 * and the others share: each range goes to the lowest free place, the largest first.
 *
 * @param rows the largest batch
 * @returns the bytes needed in all
 */
export function layOut(ranges: readonly Range[], rows: number): number {
  const placed: Range[] = [];
  const bySize = [...ranges].sort((a, b) => b.byteLength(rows) - a.byteLength(rows));
  let total = 0;
  for (const range of bySize) {
    range.offset = lowestFree(range, placed, rows);
    placed.push(range);
    total = Math.max(total, range.offset + align(range.byteLength(rows)));
  }
  return total;
}

function lowestFree(range: Range, placed: readonly Range[], rows: number): number {
  const rivals = placed
    .filter((other) => other.first <= range.last && range.first <= other.last)
    .sort((a, b) => a.offset - b.offset);
  const length = align(range.byteLength(rows));
  let offset = 0;
  for (const rival of rivals) {
    if (offset + length <= rival.offset) break;
    offset = Math.max(offset, rival.offset + align(rival.byteLength(rows)));
  }
  return offset;
}
