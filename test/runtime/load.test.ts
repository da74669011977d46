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
import { functionsOf, isRelaxed } from "../support/instructions.js";
import type { Instruction, WasmFunction } from "../support/instructions.js";

const output = new URL("../../dist/kernels/", import.meta.url);

/** Instructions on vectors of four floats, as bytes, and the type of a vector. */
const [MULTIPLY_ADD, NEGATIVE_MULTIPLY_ADD] = ["fd8502", "fd8602"];
const [MULTIPLY, ADD, SUBTRACT] = ["fde601", "fde401", "fde501"];
const VECTOR = 0x7b;
/** Families whose kernels never multiply and add: both builds are the same. */
const WITHOUT_RELAXED = ["images", "metrics"];
const inBase64: Record<string, BothBuilds> = await import(new URL("base64.js", output).href);

test("every family has its text", () => {
  expect(Object.keys(inBase64).sort()).toEqual([...families].sort());
});

function compiled(family: string, build: string): Buffer {
  // Its modules are for tests, and not in the package.
  const folder = family === "mathArray" ? new URL("../../.build/", import.meta.url) : output;
  return unmarked(readFileSync(new URL(`${family}.${build}.wasm`, folder)));
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
});

/** What the plain build has in place of an instruction: a multiplication, and an addition or a subtraction. */
function inPlain({ bytes }: Instruction, spare: number): string[] {
  const number = (value: number) =>
    Buffer.from(value < 128 ? [value] : [value | 128, value >> 7]).toString("hex");
  const [set, get] = ["21", "20"].map((code) => [code + number(spare), code + number(spare + 1)]);
  if (bytes === MULTIPLY_ADD) return [set[0], MULTIPLY, get[0], ADD];
  if (bytes === NEGATIVE_MULTIPLY_ADD) return [set[0], MULTIPLY, set[1], get[0], get[1], SUBTRACT];
  return [bytes];
}

describe.each([...families, "mathArray"])("the plain build of %s", (family) => {
  const [plain, relaxed] = ["simd", "relaxed-simd"].map((build) => functionsOf(compiled(family, build)));

  test("has no relaxed instruction", () => {
    const count = (functions: WasmFunction[]) =>
      functions.flatMap(({ instructions }) => instructions).filter(isRelaxed).length;
    expect(count(plain)).toBe(0);
    // They are found where there are any.
    if (!WITHOUT_RELAXED.includes(family)) expect(count(relaxed)).toBeGreaterThan(0);
  });

  test("is the relaxed one but for these", () => {
    expect(plain.length).toBe(relaxed.length);
    relaxed.forEach(({ parameters, locals, instructions }, i) => {
      const spare = locals.reduce((sum, [count]) => sum + count, parameters);
      const added: [number, number][] = instructions.some(isRelaxed) ? [[2, VECTOR]] : [];
      const want = instructions.flatMap((instruction) => inPlain(instruction, spare));
      expect(plain[i].locals, `locals of function ${i}`).toEqual([...locals, ...added]);
      expect(plain[i].instructions.map(({ bytes }) => bytes).join(" "), `function ${i}`).toBe(want.join(" "));
    });
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
