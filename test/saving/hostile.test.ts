// Files that are damaged, or made to do damage.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LanegradError } from "../../src/errors.js";
import { readSafetensors, writeSafetensors } from "../../src/saving/safetensors.js";
import { expectError } from "../preprocessing/expectError.js";
import { values } from "../support/data.js";
import { entry, fileOfBytes, fileWith } from "./files.js";

function expectRefused(file: Uint8Array, ...patterns: RegExp[]): void {
  expectError(() => readSafetensors(file), "INVALID_FILE", ...patterns);
}

/** A file with these texts in place of a shape and offsets, with 8 bytes of data. */
function tensorFile(shape: string, offsets = "[0,8]"): Uint8Array {
  return fileWith(`{"w":{"dtype":"F32","shape":${shape},"data_offsets":${offsets}}}`, 8);
}

describe("the length of the header", () => {
  it("must be there", () => {
    expectRefused(new Uint8Array(0), /Received: 0 bytes$/);
    const sent = [new Uint8Array(90), new ArrayBuffer(90)] as const;
    structuredClone(null, { transfer: [sent[0].buffer, sent[1]] });
    for (const file of sent) expectRefused(file as Uint8Array, /Received: 0 bytes$/);
    expectRefused(new Uint8Array(7), /begin with 8 bytes .* Received: 7 bytes$/);
    expectRefused(new Uint8Array(8), /begin with \{ at byte 8\. Received: a header of 0 bytes$/);
  });

  it("must lie within the file, and costs nothing when it claims gigabytes", () => {
    const before = process.memoryUsage().arrayBuffers;
    for (const length of [3n, 2n ** 31n, 2n ** 32n + 2n, 2n ** 53n, 2n ** 64n - 1n]) {
      const file = fileWith("{}");
      new DataView(file.buffer).setBigUint64(0, length, true);
      expectRefused(file, new RegExp(`file of 10 bytes must .* at most 2 bytes.* Received: ${length}$`));
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000);
  });

  it("must not exceed 100 MB, however large the file", () => {
    const file = new Uint8Array(100_000_100);
    new DataView(file.buffer).setUint32(0, 100_000_001, true);
    expectRefused(file, /at most 100000000 bytes.* Received: 100000001$/);
  });
});

describe("the text of the header", () => {
  it("must be UTF-8", () => {
    const bytes = new TextEncoder().encode('{"?":{}}');
    bytes[2] = 0xff;
    expectRefused(fileOfBytes(bytes), /must be UTF-8 from byte 8 to byte 15\. Received/);
  });

  it("must begin with {, so that a file is nothing else too", () => {
    expectRefused(fileWith(" {}"), /begin with \{ at byte 8\. Received: byte 32$/);
    expectRefused(fileWith("\ufeff{}"), /Received: byte 239$/);
    expectRefused(fileWith("[]"), /Received: byte 91$/);
  });

  it("must be JSON", () => {
    const texts = [
      "{",
      "{}}",
      "{} x",
      "{}\0",
      "{'a':1}",
      '{"a":NaN}',
      '{"a":01}',
      '{"a',
      '{"a":"\n"}',
      "{a:1}",
    ];
    for (const text of texts) expectRefused(fileWith(text), /must be JSON\. Received: "/);
  });

  it("must not name a key twice, however it is written", () => {
    const w = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
    expectRefused(
      fileWith(`{"w":${w},"w":${w}}`, 4),
      /each key .* once\. Received: "w" again at character 54/,
    );
    expectRefused(fileWith(`{"w":${w},"\\u0077" :${w}}`, 4), /Received: "w" again/);
    expectRefused(fileWith(`{"w":{"dtype":"I8",${w.slice(1)}}`, 4), /Received: "dtype" again/);
    expectRefused(fileWith('{"__metadata__":{"__proto__":"1","__proto__":"2"}}'), /"__proto__" again/);
    // These are no keys, or keys of different objects.
    readSafetensors(fileWith('{"__metadata__":{"a":"a","b":"a\\"a\\":","c":"{"}}'));
    readSafetensors(fileWith({ w: entry([1], [0, 4]), dtype: entry([1], [4, 8]) }, 8));
  });

  it("must not nest deep", () => {
    const nested = (depth: number) => `{"w":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    expectRefused(fileWith(nested(127)), /tensor "w" must be described by an object\. Received: \[\[\[/);
    expectRefused(fileWith(nested(128)), /deeper than 128\. Received: more at character 132/);
    expectRefused(fileWith(nested(200_000)), /deeper than 128|must be JSON/);
    expectRefused(
      fileWith('{"w":'.repeat(100_000) + "0" + "}".repeat(100_000)),
      /deeper than 128|must be JSON/,
    );
  });

  it("must hold texts alone as metadata", () => {
    const expected = /__metadata__ of a safetensors file must hold .* Received: /;
    for (const metadata of [
      '{"a":1}',
      '{"a":null}',
      '{"a":{}}',
      '{"a":["x"]}',
      '["x"]',
      '"x"',
      "null",
      "3",
    ]) {
      expectRefused(fileWith(`{"__metadata__":${metadata}}`), expected);
    }
    expectRefused(fileWith('{"__metadata__":{"epochs":12}}'), /texts alone\. Received: "epochs": 12$/);
  });

  it("must not name more tensors than a model has", () => {
    const names = Array.from({ length: 100_001 }, (_, i) => `"${i}":0`);
    expectRefused(fileWith(`{${names.join()}}`), /at most 100000 tensors\. Received: 100001$/);
  });
});

describe("the description of a tensor", () => {
  it("must be an object with a known dtype", () => {
    for (const description of [null, 3, "F32", [], true]) {
      expectRefused(fileWith({ w: description }), /^tensor "w" must be described by an object\. Received: /);
    }
    const kinds = [
      "I64",
      "I8",
      "BOOL",
      "F8_E4M3",
      "f32",
      "",
      "toString",
      "__proto__",
      32,
      null,
      undefined,
      ["F32"],
    ];
    for (const kind of kinds) {
      const file = fileWith({ w: { ...entry([1], [0, 4]), dtype: kind } }, 4);
      expectRefused(file, /^tensor "w" must have one of the dtypes .*F32, F64, F16, BF16\. Received: dtype=/);
    }
  });

  it("must have a shape of whole numbers", () => {
    const shapes = [
      "[-2]",
      "[1.5]",
      "[-0]",
      "[9007199254740993]",
      "[1e400]",
      '["2"]',
      "[null]",
      "[[2]]",
      "2",
      "null",
      '"2"',
      '{"length":0}',
    ];
    for (const shape of shapes)
      expectRefused(tensorFile(shape), /^tensor "w" must have a shape of whole numbers/);
    expectRefused(fileWith({ w: { dtype: "F32", data_offsets: [0, 0] } }), /Received: shape=nothing$/);
  });

  it("must have a shape whose product does not overflow", () => {
    // Modulo 2^32 or 2^64 these would be 8 bytes.
    const shapes = [
      "[4294967296,4294967296,2]",
      "[1073741825,2,2]",
      "[9007199254740991]",
      "[4611686018427387,3,1000,0]",
    ];
    for (const shape of shapes)
      expectRefused(tensorFile(shape), /^tensor "w" must (have a shape of at most|take )/);
    expectRefused(tensorFile("[94906266,94906266]"), /at most 2\^53 - 1 bytes\. Received: shape=\[94906266,/);
    expectRefused(tensorFile("[9007199254740991,2,0]", "[0,0]"), /at most 2\^53 - 1 bytes/);
    expectRefused(tensorFile("[4503599627370496]"), /at most 2\^53 - 1 bytes/);
  });

  it("must have two whole numbers as offsets", () => {
    const offsets = [
      "[0]",
      "[0,4,8]",
      "[]",
      "[-8,0]",
      "[-0,8]",
      "[0.5,8.5]",
      '["0","8"]',
      "[null,8]",
      "8",
      "null",
      '{"0":0,"1":8,"length":2}',
    ];
    for (const pair of offsets)
      expectRefused(tensorFile("[2]", pair), /^tensor "w" must have as data_offsets two/);
    expectRefused(fileWith({ w: { dtype: "F32", shape: [0] } }), /Received: data_offsets=nothing$/);
  });

  it("must have as many bytes as its shape needs", () => {
    for (const pair of ["[8,0]", "[0,4]", "[0,0]", "[4,8]", "[0,9]"]) {
      expectRefused(
        tensorFile("[2]", pair),
        /must take 8 bytes of data for its shape \[2\] of F32\. Received: data_off/,
      );
    }
    expectRefused(fileWith({ w: entry([2], [0, 8], "F16") }, 8), /must take 4 bytes .* of F16/);
  });

  it("is shown in messages without trusting it", () => {
    const forged = { constructor: { name: { toString: 1 } }, toJSON: 1 };
    expectRefused(fileWith({ w: entry(forged, [0, 0]) }), /Received: shape=\{"constructor":/);
    expectRefused(fileWith({ w: entry([1], forged) }), /Received: data_offsets=\{"constructor":/);
    expectRefused(fileWith({ __metadata__: { forged } }), /Received: "forged": \{"constructor":/);
    const long = caught(fileWith({ ["w".repeat(1e5)]: entry(Array(1e5).fill(-1), [0, 0]) })) as Error;
    expect(long.message.length).toBeLessThan(400);
  });
});

describe("the data", () => {
  it("must end where the file ends", () => {
    const header = { a: entry([2], [0, 8]), b: entry([1], [8, 12]) };
    readSafetensors(fileWith(header, 12));
    expectRefused(
      fileWith(header, 11),
      /^tensor "b" must end within the 11 bytes of data; .* cut short\. Received/,
    );
    expectRefused(fileWith(header, 0), /^tensor "a" must end within the 0 bytes/);
    expectRefused(fileWith(header, 13), /at byte 12 of the data\. Received: 13 bytes of data$/);
    expectRefused(fileWith({}, 1), /at byte 0 of the data\. Received: 1 bytes of data$/);
    const far = { w: entry([2], [2 ** 53 - 9, 2 ** 53 - 1]) };
    expectRefused(fileWith(far, 8), /^tensor "w" must begin at byte 0 of the data, without a gap/);
  });

  it("must have no gaps and no overlaps", () => {
    const pair = (a: number[], b: number[]) => fileWith({ a: entry([2], a), b: entry([2], b) }, 16);
    readSafetensors(pair([8, 16], [0, 8]));
    readSafetensors(fileWith({ a: entry([2], [0, 8]), b: entry([0], [0, 0]) }, 8));
    expectRefused(
      pair([0, 8], [4, 12]),
      /^tensor "b" must begin at byte 8 of the data, without an overlap\. Received: data_offsets=\[4,12\]$/,
    );
    expectRefused(pair([0, 8], [0, 8]), /without an overlap/);
    expectRefused(pair([8, 16], [8, 16]), /^tensor "a" must begin at byte 0 of the data, without a gap/);
    expectRefused(
      fileWith({ a: entry([1], [0, 4]), b: entry([1], [8, 12]) }, 12),
      /"b" must begin at byte 4/,
    );
    expectRefused(fileWith({ a: entry([2], [0, 8]), b: entry([0], [4, 4]) }, 8), /overlap/);
  });
});

function caught(file: Uint8Array): unknown {
  try {
    readSafetensors(file);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Whole numbers below a limit, the same each time. */
function numbers(seed: number): (limit: number) => number {
  const drawn = values(40_000, seed);
  let position = 0;
  return (limit) => Math.floor(((drawn[position++ % drawn.length] + 1) / 2) * limit);
}

const PIECES = [
  "0",
  "-1",
  "9",
  "1e9",
  "4294967296",
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\\",
  "null",
  "F64",
  "é",
];

/** A file with some bytes changed, cut off, added or replaced by pieces of JSON. */
function vary(file: Uint8Array, below: (limit: number) => number): Uint8Array {
  const varied = file.slice();
  const headerEnd = 8 + varied[0] + 256 * varied[1];
  const kind = below(5);
  if (kind === 0) return varied.slice(0, below(file.length));
  if (kind === 1)
    return Uint8Array.from([...varied, ...Array.from({ length: 1 + below(64) }, () => below(256))]);
  if (kind === 2) {
    const at = 8 + below(headerEnd - 8);
    varied.set(new TextEncoder().encode(PIECES[below(PIECES.length)]), at);
    return varied;
  }
  // Changes among the digits and names of the header are the ones that can get past JSON.
  for (let i = 0; i <= below(4); i++) {
    if (kind === 3) varied[below(file.length)] ^= 1 << below(8);
    else varied[8 + below(headerEnd - 8)] = 0x30 + below(10);
  }
  return varied;
}

/** What was read must be whole: written and read again, it is the same. */
function expectWhole(file: Uint8Array): void {
  const read = readSafetensors(file);
  const tensors = [...read.tensors].map(([name, tensor]) => ({
    name,
    shape: tensor.shape,
    values: tensor.values(),
  }));
  for (const { shape, values } of tensors) expect(values.length).toBe(shape.reduce((a, b) => a * b, 1));
  const again = readSafetensors(writeSafetensors({ metadata: read.metadata, tensors }));
  for (const { name, shape, values } of tensors) {
    expect(again.tensors.get(name)?.shape).toEqual(shape);
    expect(again.tensors.get(name)?.values()).toEqual(values);
  }
}

it("reads 2,000 damaged files or refuses them with a typed error, and allocates little", () => {
  const below = numbers(2024);
  const files = [
    new Uint8Array(readFileSync(new URL("fixtures/floats.safetensors", import.meta.url))),
    writeSafetensors({
      metadata: { config: '{"units":3}' },
      tensors: [
        { name: "kernel", shape: [2, 3], values: values(6, 1) },
        { name: "bias", shape: [3], values: values(3, 2) },
      ],
    }),
  ];
  const before = process.memoryUsage().arrayBuffers;
  let refused = 0;
  for (let i = 0; i < 2000; i++) {
    const file = vary(files[i % 2], below);
    const error = caught(file);
    if (error === undefined) {
      expectWhole(file);
      continue;
    }
    refused++;
    expect(error).toBeInstanceOf(LanegradError);
    expect((error as LanegradError).code).toBe("INVALID_FILE");
    expect((error as LanegradError).message).toMatch(/Received: ./);
  }
  expect(refused).toBeGreaterThan(1000);
  expect(refused).toBeLessThan(1950);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
});
