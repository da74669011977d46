// The text that the package carries is the modules that the compiler made, in both builds and on every engine.
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { unmarked } from "../../scripts/build/mark.js";
import { makePatch } from "../../scripts/build/patch.js";
import { bytesOf as bytesOfBase64, decodeBase64 } from "../../src/runtime/load/base64.js";
import { applyPatch } from "../../src/runtime/load/patch.js";
import type { BothBuilds } from "../../src/runtime/load/patch.js";
import { bytesOf as bytesOfText, decodeText } from "../../src/runtime/load/text.js";
import { toText } from "../../scripts/build/text.js";
import { families } from "../kernels/harness.js";

const output = new URL("../../dist/kernels/", import.meta.url);
const inBase64: Record<string, BothBuilds> = await import(new URL("base64.js", output).href);

test("every family has its text", () => {
  expect(Object.keys(inBase64).sort()).toEqual([...families].sort());
});

function compiled(family: string, build: string): Buffer {
  return unmarked(readFileSync(new URL(`${family}.${build}.wasm`, output)));
}

describe.each(families)("the text of %s", async (family) => {
  const { data } = (await import(new URL(`text/${family}.js`, output).href)) as { data: string };
  const forms: [string, (build: "simd" | "relaxed-simd") => Uint8Array][] = [
    ["base64", (build) => bytesOfBase64(inBase64[family], build)],
    ["letters", (build) => bytesOfText(data, build)],
  ];
  test.each(forms)("is both builds in %s", (_, bytesOf) => {
    for (const build of ["simd", "relaxed-simd"] as const) {
      expect(Buffer.from(bytesOf(build)).equals(compiled(family, build))).toBe(true);
    }
  });

  test("has no relaxed instruction in the plain build", () => {
    expect(WebAssembly.validate(bytesOfText(data, "simd"))).toBe(true);
  });
});

describe("letters are decoded", () => {
  test("to every byte", () => {
    const bytes = Uint8Array.from({ length: 512 }, (_, i) => i ^ 77);
    expect(toText(bytes)).toMatch(/^[#-[\]-~]*$/);
    expect(decodeText(toText(bytes))).toEqual(bytes);
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
