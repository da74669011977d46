// The text that the package carries is the modules that the compiler made, in both builds and on every engine.
import { core, layers, normalization } from "#kernels";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { makePatch } from "../../scripts/patch.js";
import { applyPatch, decodeBase64 } from "../../src/runtime/code.js";
import { families } from "../kernels/harness.js";

const texts = { core, layers, normalization };

test("every family has its text", () => {
  expect(Object.keys(texts)).toEqual(families);
});

function compiled(family: string, build: string): Buffer {
  return readFileSync(new URL(`../../dist/kernels/${family}.${build}.wasm`, import.meta.url));
}

describe.each(Object.entries(texts))("the text of %s", (family, { simd, relaxedPatch }) => {
  test("is the plain build", () => {
    expect(Buffer.from(decodeBase64(simd)).equals(compiled(family, "simd"))).toBe(true);
  });

  test("makes the relaxed build", () => {
    const made = applyPatch(decodeBase64(simd), decodeBase64(relaxedPatch));
    expect(Buffer.from(made).equals(compiled(family, "relaxed-simd"))).toBe(true);
  });
});

describe("base64 is decoded", () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * 89 + (i >> 8)) & 255);
  afterEach(() => {
    vi.unstubAllGlobals();
    Reflect.deleteProperty(Uint8Array, "fromBase64");
  });

  test.each([0, 1, 2, 3, 4, 257, 1000])("without Buffer, %i bytes", (length) => {
    const text = Buffer.from(bytes.subarray(0, length)).toString("base64");
    vi.stubGlobal("Buffer", undefined);
    expect(decodeBase64(text)).toEqual(bytes.slice(0, length));
  });

  test("by the engine itself where it can", () => {
    const decoded = new Uint8Array(3);
    Object.assign(Uint8Array, { fromBase64: (text: string) => (text === "AAAA" ? decoded : undefined) });
    expect(decodeBase64("AAAA")).toBe(decoded);
  });
});

describe("a patch makes of bytes", () => {
  const base = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i * 31 + (i >> 3)) & 255));
  const cases: [string, Buffer][] = [
    ["nothing", Buffer.alloc(0)],
    ["the same", base],
    ["others", Buffer.from(base.map((byte, i) => (i * 7) ^ byte))],
    ["parts in another order", Buffer.concat([base.subarray(4000), base.subarray(100, 2000), base])],
    [
      "some changed, some left out",
      Buffer.from(base.filter((_, i) => i % 97 !== 0).map((b, i) => b + +!(i % 50))),
    ],
    ["an end that is new", Buffer.concat([base.subarray(0, 40), Buffer.from("something else")])],
  ];
  test.each(cases)("%s", (_, target) => {
    expect(Buffer.from(applyPatch(base, makePatch(base, target))).equals(target)).toBe(true);
  });

  test("of nothing", () => {
    const target = Buffer.from("new");
    expect(applyPatch(new Uint8Array(), makePatch(Buffer.alloc(0), target))).toEqual(Uint8Array.from(target));
  });
});
