// examples/edge in workerd, as wrangler bundles it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { configure, layers, loadModelWith } from "../../dist/index.js";
import { DIGITS } from "./digits.js";
import { ask, REFUSED } from "./requests.js";
import { bundleExample, start } from "./worker.js";

const file = readFileSync(new URL("../../examples/edge/digits.safetensors", import.meta.url));
const timingProgram = readFileSync(new URL("timing.js", import.meta.url), "utf8");

let bundle;
before(() => {
  bundle = bundleExample();
});
after(() => bundle.remove());

/** Starts modules in workerd; returns a function that sends a request there, and one that ends it. */
async function serve({ modules }) {
  const runtime = start(modules);
  const url = await runtime.ready;
  return {
    send: ({ path, init }) => fetch(new URL(path, url), init),
    end: () => runtime.dispose(),
  };
}

describe("the Worker", () => {
  let worker;
  before(async () => {
    worker = await serve(bundle.asItIs);
  });
  after(() => worker.end());

  test("explains itself", async () => {
    const response = await worker.send({ path: "/", init: {} });
    assert.equal(response.status, 200);
    assert.match(await response.text(), /POST \/predict/);
  });

  for (const { what, request, status, error } of REFUSED) {
    test(`refuses ${what}`, async () => {
      const response = await worker.send(request());
      assert.equal(response.status, status);
      assert.match(response.headers.get("content-type"), /application\/json/);
      assert.match((await response.json()).error, error);
    });
  }

  test("reads digits", async () => {
    let right = 0;
    for (const { pixels, digit } of DIGITS.slice(0, 200)) {
      const answer = await (await worker.send(ask(pixels))).json();
      if (answer.digit === digit) right++;
    }
    assert.ok(right >= 190, `${right} of 200`);
  });
});

test("with the plain build, its probabilities have the bits that they have in Node", async () => {
  configure({ deterministic: true });
  const model = loadModelWith(file, [layers.dense, layers.rescaling]);
  const worker = await serve(bundle.plain);
  try {
    for (const { pixels } of DIGITS.slice(0, 200)) {
      const { probabilities } = await (await worker.send(ask(pixels))).json();
      // A number in JSON has all its bits.
      assert.deepEqual(probabilities, Array.from(model.predict([pixels]).data));
    }
  } finally {
    await worker.end();
  }
});

test("it is small, starts at once and takes less than a millisecond a request", async (t) => {
  const { modules, printed } = bundle.asItIs;
  const sizes = modules.map(({ contents }) => gzipSync(contents).length);
  const kilobytes = sizes.reduce((a, b) => a + b) / 1024;
  t.diagnostic(`bundle: ${kilobytes.toFixed(0)} KB gzipped; wrangler: ${/Total Upload.*/.exec(printed)[0]}`);
  assert.ok(kilobytes < 1024, `${kilobytes} KB`);
  const timing = { type: "ESModule", path: "timing.js", contents: timingProgram };
  const { send, end } = await serve({ modules: [timing, ...modules] });
  try {
    const { pixels } = DIGITS[0];
    const { startUp, first, each } = await (await send(ask(pixels))).json();
    t.diagnostic(`start-up ${startUp} ms, first request ${first} ms, each later one ${each} ms`);
    assert.ok(startUp < 500 && first < 100 && each < 1);
  } finally {
    await end();
  }
});
