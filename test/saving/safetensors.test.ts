import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readFloat32, writeFloat32 } from "../../src/saving/dtypes.js";
import { readSafetensors, writeSafetensors } from "../../src/saving/safetensors.js";
import type { NamedTensor } from "../../src/saving/safetensors.js";
import { expectError } from "../preprocessing/expectError.js";
import { values } from "../support/data.js";
import { entry, fileWith } from "./files.js";

const tensors: NamedTensor[] = [
  { name: "dense/kernel", shape: [3, 4], values: values(12, 1) },
  { name: "7", shape: [], values: Float32Array.of(-0) },
  { name: "__proto__", shape: [2], values: Float32Array.of(1e-45, 3.4028235e38) },
  { name: "", shape: [0, 5], values: new Float32Array(0) },
  { name: 'naïve "😀"\n', shape: [1, 2, 1], values: values(2, 2) },
];
const metadata = { b: "2", a: 'ü "quoted" \\ \u0000', "10": "", ["__proto__"]: "text" };

function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`fixtures/${name}.safetensors`, import.meta.url));
}

function bits(array: Float32Array): number[] {
  return [...new Uint32Array(array.slice().buffer)];
}

describe("writeSafetensors", () => {
  it("writes the bytes that the format asks for", () => {
    const file = writeSafetensors({
      metadata: { format: "pt" },
      tensors: [
        { name: "w", shape: [1, 2], values: Float32Array.of(1, -2.5) },
        { name: "b", shape: [], values: Float32Array.of(0.1) },
      ],
    });
    const header =
      '{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}';
    expect(header.length).toBe(140);
    const length = [144, 0, 0, 0, 0, 0, 0, 0];
    const data = [0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x20, 0xc0, 0xcd, 0xcc, 0xcc, 0x3d];
    const expected = [...length, ...new TextEncoder().encode(header + "    "), ...data];
    expect([...file]).toEqual(expected);
  });

  it("writes a file without tensors as the format's own library does", () => {
    expect([...writeSafetensors({ metadata: {}, tensors: [] })]).toEqual([...fixture("empty")]);
  });

  it("writes the same bytes again, the data at a multiple of 8", () => {
    const file = writeSafetensors({ metadata, tensors });
    expect(writeSafetensors({ metadata: { ...metadata }, tensors: [...tensors] })).toEqual(file);
    expect(file[0] % 8).toBe(0);
  });

  it("writes a view into a larger array as what it shows", () => {
    const whole = values(10, 3);
    const file = writeSafetensors({
      metadata: {},
      tensors: [{ name: "x", shape: [3], values: whole.subarray(5, 8) }],
    });
    expect(readSafetensors(file).tensors.get("x")?.values()).toEqual(whole.slice(5, 8));
  });

  it("refuses names that are not unique, or no text", () => {
    const write = (...names: string[]) =>
      writeSafetensors({
        metadata: {},
        tensors: names.map((name) => ({ name, shape: [1], values: Float32Array.of(1) })),
      });
    expectError(() => write("a", "b", "a"), "INVALID_DATA", /must differ.*Received: "a" again$/);
    expectError(() => write("__metadata__"), "INVALID_DATA", /__metadata__\. Received: "__metadata__"/);
    expectError(() => write("\ud800"), "INVALID_DATA", /lone surrogates\. Received: "\\ud800"/);
    expectError(
      () => writeSafetensors({ metadata: { epochs: 3 as unknown as string }, tensors: [] }),
      "INVALID_DATA",
      /^metadata "epochs" must be a text .* Received: 3$/,
    );
  });

  it("refuses a shape that does not fit the values", () => {
    const write = (...shape: number[]) =>
      writeSafetensors({ metadata: {}, tensors: [{ name: "w", shape, values: new Float32Array(4) }] });
    expectError(
      () => write(2, 3),
      "SHAPE_MISMATCH",
      /^tensor "w" must .* Received: 4 values, shape \[2, 3\]$/,
    );
    expectError(() => write(-2, -2), "SHAPE_MISMATCH");
    expectError(() => write(0.5, 8), "SHAPE_MISMATCH");
    expectError(() => write(), "SHAPE_MISMATCH");
  });
});

describe("readSafetensors", () => {
  it("gives back what was written, bit for bit, in the order of the data", () => {
    const file = readSafetensors(writeSafetensors({ metadata, tensors }));
    expect(Object.entries(file.metadata)).toEqual(Object.entries(metadata));
    expect([...file.tensors.keys()].sort()).toEqual(tensors.map(({ name }) => name).sort());
    for (const { name, shape, values } of tensors) {
      const stored = file.tensors.get(name);
      expect(stored?.shape).toEqual(shape);
      expect(bits(stored!.values())).toEqual(bits(values));
    }
  });

  it("reads an ArrayBuffer, a Buffer and bytes at any address", () => {
    const file = writeSafetensors({ metadata, tensors });
    for (const offset of [0, 1, 2, 3]) {
      const shifted = new Uint8Array(file.length + 8);
      shifted.set(file, offset);
      const views = [
        shifted.subarray(offset, offset + file.length),
        Buffer.from(shifted.buffer, offset, file.length),
      ];
      for (const view of views) {
        const read = readSafetensors(view).tensors.get("dense/kernel")!.values();
        expect(read).toEqual(tensors[0].values);
      }
    }
    expect(readSafetensors(file.buffer).tensors.size).toBe(tensors.length);
  });

  it("gives a new array each time, apart from the file's bytes", () => {
    const file = writeSafetensors({ metadata: {}, tensors });
    const stored = readSafetensors(file).tensors.get("dense/kernel")!;
    const first = stored.values();
    first.fill(7);
    expect(stored.values()).toEqual(tensors[0].values);
    expect(first.buffer.byteLength).toBe(48);
  });

  it("reads headers without padding, in any order, with spaces and unknown keys", () => {
    const file = fileWith(
      ' {"b" : {"data_offsets":[4,8],"shape":[1],"dtype":"F32","more":[{"x":1},{"x":2}]},\n "a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}\t '.trim(),
      8,
    );
    const read = readSafetensors(file);
    expect([...read.tensors.keys()]).toEqual(["a", "b"]);
    expect(bits(read.tensors.get("b")!.values())).toEqual([0x01010101]);
  });

  it("lets numbers through that are not finite", () => {
    const odd = Float32Array.of(NaN, Infinity, -Infinity);
    const file = writeSafetensors({ metadata: {}, tensors: [{ name: "x", shape: [3], values: odd }] });
    expect(readSafetensors(file).tensors.get("x")!.values()).toEqual(odd);
  });

  it("reads all half-precision numbers", () => {
    const file = fileWith({ x: entry([65536], [0, 131072], "F16") }, 131072);
    const halves = new DataView(file.buffer, file.length - 131072);
    for (let i = 0; i < 65536; i++) halves.setUint16(2 * i, i, true);
    const read = readSafetensors(file).tensors.get("x")!.values();
    for (let i = 0; i < 65536; i++) {
      const exponent = (i >> 10) & 31;
      const fraction = (i & 1023) / 1024;
      let expected = exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
      if (exponent === 31) expected = fraction === 0 ? Infinity : NaN;
      if (!Object.is(read[i], i < 32768 ? expected : -expected)) expect.unreachable(`half ${i}: ${read[i]}`);
    }
  });

  it("refuses what is no file", () => {
    for (const value of [undefined, null, "file", [1, 2], new Float32Array(9), {}]) {
      expectError(() => readSafetensors(value as Uint8Array), "INVALID_DATA", /Uint8Array or an ArrayBuffer/);
    }
  });
});

describe("files by the format's own library", () => {
  it("reads its four kinds of floats", () => {
    const file = readSafetensors(fixture("floats"));
    expect({ ...file.metadata }).toEqual({ made: 'by "safetensors", hé 😀\n' });
    const read = [...file.tensors].map(([name, tensor]) => [name, tensor.shape, [...tensor.values()]]);
    expect(read).toEqual([
      ["double", [3], [Math.fround(0.1), -Infinity, Infinity]],
      ["dense/kernel", [2, 3], [0, -0, 1.5, -2.25, 2 ** 128 - 2 ** 104, 2 ** -149]],
      ['naïve "q" 😀', [1], [-2.25]],
      ["nothing", [0, 4], []],
      ["scalar", [], [1.5]],
      ["brain", [3, 1], [1, -3.140625, 2 ** -133]],
      ["half", [5], [1, -2, 2 ** -24, 65504, -Infinity]],
    ]);
  });

  it("says which kinds it reads when there are integers", () => {
    expectError(
      () => readSafetensors(fixture("integers")),
      "INVALID_FILE",
      /^tensor "count" must have one of the dtypes that can be read, F32, F64, F16, BF16\. Received: dtype="I64"$/,
    );
  });

  it("reads one without tensors", () => {
    const file = readSafetensors(fixture("empty"));
    expect(file.tensors.size).toBe(0);
    expect(Object.keys(file.metadata)).toEqual([]);
  });
});

describe("on a machine with the highest byte first", () => {
  it("writes and reads the same bytes, number by number", () => {
    const numbers = Float32Array.of(1.5, -0, 1e-45, Infinity, ...values(5, 4));
    const [copied, converted] = [new Uint8Array(40), new Uint8Array(40)];
    writeFloat32(numbers, copied, 3, true);
    writeFloat32(numbers, converted, 3, false);
    expect(converted).toEqual(copied);
    expect(readFloat32(converted.subarray(3, 39), false)).toEqual(numbers);
  });
});

it("writes files that another program reads", (context) => {
  const finite = tensors.filter(({ values }) => values.every(Number.isFinite));
  const folder = mkdtempSync(join(tmpdir(), "lanegrad-"));
  try {
    const path = join(folder, "model.safetensors");
    writeFileSync(path, writeSafetensors({ metadata, tensors: finite }));
    const script = fileURLToPath(new URL("read_safetensors.py", import.meta.url));
    const { error, status, stdout, stderr } = spawnSync("python3", [script, path], { encoding: "utf8" });
    if (error !== undefined) {
      console.log(`not checked with Python: ${error.message}`);
      context.skip();
    }
    expect(status, stderr).toBe(0);
    const read = JSON.parse(stdout) as { metadata: object; tensors: unknown[] };
    expect(Object.entries(read.metadata).sort()).toEqual(Object.entries(metadata).sort());
    expect(read.tensors).toEqual(finite.map((tensor) => ({ ...tensor, values: [...tensor.values] })));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
