// What the compiled modules are allowed to contain.
import { describe, expect, test } from "vitest";
import { build, bytesOf, families } from "./harness.js";

const GLOBAL_SECTION = 6;
const DATA_SECTION = 11;
const V128 = 0x7b;
/** Where the core writes the constants of mathTable.ts. */
const TABLE = { address: 512, byteLength: 96 };

/** The sections of a module by number, with their contents. */
function sections(bytes: Uint8Array): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  let at = 8;
  while (at < bytes.length) {
    const id = bytes[at++];
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    found.set(id, bytes.subarray(at, at + length));
    at += length;
  }
  return found;
}

describe.each(families)(`the module %s of the ${build} build`, (family) => {
  const bytes = bytesOf(family);
  const module = new WebAssembly.Module(bytes);

  test("imports its memory and nothing else", () => {
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
  });

  test("exports functions alone", () => {
    const kinds = new Set(WebAssembly.Module.exports(module).map(({ kind }) => kind));
    expect([...kinds]).toEqual(["function"]);
  });

  test("has no static data, so that several modules can share a memory", () => {
    expect(sections(bytes).has(DATA_SECTION)).toBe(false);
  });

  test("writes nothing as it is instantiated, but for the core's table of constants", () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const memoryBytes = new Uint8Array(memory.buffer).fill(0xa5);
    expect(new WebAssembly.Instance(module, { env: { memory } })).toBeDefined();
    const written = [...memoryBytes.keys()].filter((at) => memoryBytes[at] !== 0xa5);
    if (family !== "core") return expect(written).toEqual([]);
    expect(written[0]).toBe(TABLE.address);
    expect(written[written.length - 1]).toBe(TABLE.address + TABLE.byteLength - 1);
    expect(new Float32Array(memory.buffer, TABLE.address)[0]).toBe(Math.fround(Math.LOG2E));
  });

  test("has no vector in a global, which some engines refuse", () => {
    const globals = sections(bytes).get(GLOBAL_SECTION) ?? new Uint8Array();
    // After the count: type, mutability, initial expression. No type may be v128.
    let at = 1;
    for (let i = 0; i < (globals[0] ?? 0); i++) {
      expect(globals[at]).not.toBe(V128);
      at = globals.indexOf(0x0b, at) + 1;
    }
  });
});
