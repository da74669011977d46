// The input generator itself: every other case stands on it.
import { createHash } from "node:crypto";
import { build } from "./generator.js";

function prng(testCase) {
  const values = build(testCase.inputs.v);
  const { first, sha256 } = testCase.expected;
  const words = new Uint32Array(values.buffer);
  const isFloat = values instanceof Float32Array;
  const got = first.map((_, i) => (isFloat ? words[i].toString(16).padStart(8, "0") : values[i]));
  testCase.compareList("first", got, first);
  const bytes = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, i) => bytes.setUint32(4 * i, word, true));
  testCase.compareList("sha256", createHash("sha256").update(bytes).digest("hex"), sha256);
}

export const prngRuns = { prng };
