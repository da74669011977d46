import { layers, sequential } from "lanegrad";
import { describe, expect, test } from "vitest";
import { Allocator } from "../../src/runtime/allocator.js";
import { Block, Memory } from "../../src/runtime/memory.js";

const MEGABYTE = 1024 * 1024;

describe("allocator", () => {
  test("takes the first range that fits, and joins freed neighbours", () => {
    const allocator = new Allocator();
    allocator.free(1024, 640);
    const [a, b, c] = [allocator.allocate(64), allocator.allocate(100), allocator.allocate(64)];
    expect([a, b, c]).toEqual([1024, 1088, 1216]);
    allocator.free(a, 64);
    allocator.free(c, 64);
    allocator.free(b, 100);
    expect(allocator.freeBytes).toBe(640);
    expect(allocator.allocate(640)).toBe(1024);
    expect(allocator.allocate(1)).toBe(0);
  });
});

describe("memory", () => {
  test("a new block is zero, and keeps what it holds while it is out", () => {
    const memory = new Memory(MEGABYTE);
    const block = new Block(256);
    memory.moveIn(block);
    const view = (): Float32Array => memory.floats.subarray(block.pointer >>> 2, (block.pointer >>> 2) + 64);
    expect(view().every((value) => value === 0)).toBe(true);
    view().forEach((_, i) => (view()[i] = i));
    memory.moveOut(block);
    expect(block.pointer).toBe(0);
    const other = new Block(256);
    memory.moveIn(other);
    memory.floats.fill(7, other.pointer >>> 2, (other.pointer >>> 2) + 64);
    memory.moveIn(block);
    expect(Array.from(view())).toEqual(Array.from({ length: 64 }, (_, i) => i));
    expect(block.saved).toBeNull();
  });

  test("moves out what was used least recently before it grows past three eighths of the budget", () => {
    const memory = new Memory(8 * MEGABYTE);
    const blocks = Array.from({ length: 7 }, () => new Block(MEGABYTE / 2));
    for (const block of blocks.slice(0, 5)) memory.moveIn(block);
    expect(blocks.map((block) => block.pointer !== 0)).toEqual([true, true, true, true, true, false, false]);
    memory.moveIn(blocks[0]);
    memory.moveIn(blocks[5]);
    expect(blocks.map((block) => block.pointer !== 0)).toEqual([true, false, true, true, true, true, false]);
    expect(memory.byteLength).toBeLessThanOrEqual(3 * MEGABYTE);
  });

  test("what is out hangs on its owner alone", () => {
    const memory = new Memory(MEGABYTE);
    const block = new Block(64);
    memory.moveIn(block);
    expect(block.ticket.block).toBe(block);
    memory.moveOut(block);
    expect(block.ticket.block).toBeNull();
  });

  test("what is out can be collected once its owner is gone", async () => {
    const memory = new Memory(MEGABYTE);
    const forget = (): WeakRef<Block> => {
      const block = new Block(64);
      memory.moveIn(block);
      memory.moveOut(block);
      return new WeakRef(block);
    };
    const reference = forget();
    await new Promise((done) => setTimeout(done)); // a reference holds until the turn of the event loop ends
    (globalThis as unknown as { gc(): void }).gc();
    expect(reference.deref()).toBeUndefined();
    expect(memory.usedBytes).toBe(0);
  });

  test("grows past the budget for what is in use together", () => {
    const memory = new Memory(MEGABYTE);
    const blocks = Array.from({ length: 4 }, () => new Block(MEGABYTE));
    const scratch = memory.moveInTogether(blocks, MEGABYTE);
    expect(blocks.every((block) => block.pointer !== 0)).toBe(true);
    expect(scratch).not.toBe(0);
    expect(blocks.every((block) => !block.pinned)).toBe(true);
  });

  test("a released block takes no memory, and scratch is not kept", () => {
    const memory = new Memory(4 * MEGABYTE);
    const before = memory.usedBytes;
    const block = new Block(1000);
    memory.moveIn(block);
    expect(memory.usedBytes).toBe(before + 1024);
    memory.release(block);
    expect(memory.usedBytes).toBe(before);
    const first = memory.scratch(100);
    expect(memory.scratch(50)).toBe(first);
  });
});

test("weights can be set before anything else, although that makes memory grow", () => {
  const net = sequential({ layers: [layers.dense({ units: 1200, inputShape: [1200] })] });
  const kernel = new Float32Array(1200 * 1200).fill(2);
  net.setWeights([kernel, new Float32Array(1200)]);
  expect(net.getWeights()[0].data).toEqual(kernel);
});
