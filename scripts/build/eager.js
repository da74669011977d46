// Functions that every prediction runs are in parentheses in Node's entry: V8 compiles such functions while it reads them.
// The others it looks over first and reads again when they are called, each by itself: 1 ms more for these hundred.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { decode, encode } from "@jridgewell/sourcemap-codec";

/** What runs at the start of most programs, trained or predicting: a dense network is made and computes. */
const program = (url) => `
  import { layers, sequential } from ${JSON.stringify(url)};
  const hidden = layers.dense({ units: 2, activation: "relu", inputShape: [3] });
  const net = sequential({ layers: [hidden, layers.dense({ units: 2, activation: "softmax" })] });
  net.predict([[1, 2, 3]]);`;

/** The functions of a file that ran and are in no other function: [{ startOffset, endOffset }]. */
function functionsThatRan(path) {
  const url = pathToFileURL(path).href;
  const folder = mkdtempSync(join(tmpdir(), "lanegrad-"));
  try {
    const env = { ...process.env, NODE_V8_COVERAGE: folder };
    const args = ["--input-type=module", "--eval", program(url)];
    const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
    if (status !== 0) throw new Error(`a prediction with ${path} failed: ${stderr}`);
    const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
    const { functions } = reports.flatMap(({ result }) => result).find((script) => script.url === url);
    const [, ...ranges] = functions.map(({ ranges: [whole] }) => whole);
    const outermost = [];
    for (const range of ranges.toSorted(
      (a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset,
    )) {
      if (range.startOffset >= (outermost.at(-1)?.endOffset ?? 0)) outermost.push(range);
    }
    return outermost.filter(({ count }) => count > 0);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const DECLARATION = /^(?:async )?function (\w+)\(/;
const ARROW = /^(?:async)?(?:\w+|\([^()]*\))=>/;

/** What to write where: [{ offset, text }]. Methods have no such form. */
function insertions(code, { startOffset, endOffset }) {
  const text = code.slice(startOffset, endOffset);
  const name = DECLARATION.exec(text)?.[1];
  if (name !== undefined) {
    return [
      { offset: startOffset, text: `var ${name}=(` },
      { offset: endOffset, text: ");" },
    ];
  }
  if (!ARROW.test(text)) return [];
  return [
    { offset: startOffset, text: "(" },
    { offset: endOffset, text: ")" },
  ];
}

/** Mappings of a source map after texts have been written into the code. */
function shift(mappings, code, inserted) {
  const lines = decode(mappings);
  const starts = code.split("\n").reduce((list, line) => [...list, list.at(-1) + line.length + 1], [0]);
  for (const { offset, text } of inserted.toReversed()) {
    const line = starts.findLastIndex((start) => start <= offset);
    for (const segment of lines[line] ?? []) {
      if (segment[0] >= offset - starts[line]) segment[0] += text.length;
    }
  }
  return encode(lines);
}

/**
 * Puts them in parentheses, and keeps the source map true. A declaration becomes a variable, which has no value before its
 * line has run: where that is too late the package fails to load, which the build tries next.
 *
 * @param {string} path of a module with a source map beside it
 */
export function compileAtOnce(path) {
  const code = readFileSync(path, "utf8");
  const map = JSON.parse(readFileSync(`${path}.map`, "utf8"));
  const inserted = functionsThatRan(path).flatMap((range) => insertions(code, range));
  const parts = inserted.map(
    ({ offset, text }, i) => code.slice(inserted[i - 1]?.offset ?? 0, offset) + text,
  );
  writeFileSync(path, parts.join("") + code.slice(inserted.at(-1).offset));
  writeFileSync(`${path}.map`, JSON.stringify({ ...map, mappings: shift(map.mappings, code, inserted) }));
}
