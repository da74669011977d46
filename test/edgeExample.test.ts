// examples/edge in Node: its handler, and the file of its network. npm run test:examples tests the Worker in workerd.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { layers, loadModelWith, preprocessing, setRandomSeed } from "lanegrad";
import type { Model } from "lanegrad";
import { describe, expect, test, vi } from "vitest";
import { handle } from "../examples/edge/handler.js";
import { DIGITS } from "./examples/digits.js";
import { ask, REFUSED } from "./examples/requests.js";

const folder = fileURLToPath(new URL("../examples/edge/", import.meta.url));
const file = readFileSync(join(folder, "digits.safetensors"));
const model = loadModelWith(file, [layers.dense, layers.rescaling]);

interface Sent {
  readonly path: string;
  readonly init: RequestInit;
}

const answer = ({ path, init }: Sent, by: Model = model) =>
  handle(new Request(`https://worker.test${path}`, init), by);

describe("the handler", () => {
  test("explains itself", async () => {
    const response = await answer({ path: "/", init: {} });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("POST /predict");
  });

  test("answers with the digit and the probabilities of the network", async () => {
    const { pixels } = DIGITS[0];
    const response = await answer(ask(pixels));
    expect(response.status).toBe(200);
    const { digit, probabilities } = await response.json();
    expect(digit).toBe(0);
    expect(probabilities).toEqual(Array.from(model.predict([pixels]).data));
    expect(probabilities.reduce((a: number, b: number) => a + b)).toBeCloseTo(1, 5);
  });

  test("takes a content type with a character set, and pixels with decimals", async () => {
    const { path, init } = ask(Array.from({ length: 64 }, (_, i) => i / 4));
    const headers = { "content-type": "Application/JSON; charset=utf-8" };
    expect((await answer({ path, init: { ...init, headers } })).status).toBe(200);
  });

  test.each(REFUSED)("refuses $what", async ({ request, status, error }) => {
    const response = await answer(request() as Sent);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect((await response.json()).error).toMatch(error);
    if (status === 405) expect(response.headers.get("allow")).toMatch(/POST|GET/);
  });

  test("stops reading a body without end", async () => {
    let sent = 0;
    const pull = (controller: ReadableStreamDefaultController) => {
      sent++;
      controller.enqueue(new Uint8Array(1024));
    };
    const { path, init } = ask([]);
    const endless = { ...init, body: new ReadableStream({ pull }), duplex: "half" } as RequestInit;
    expect((await answer({ path, init: endless })).status).toBe(413);
    expect(sent).toBeLessThan(10);
  });

  test("tells the caller nothing of an unexpected error", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const failing = {
      predict() {
        throw new Error("a secret");
      },
    } as unknown as Model;
    const response = await answer(ask(DIGITS[0].pixels), failing);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: "internal error" });
    expect(String(log.mock.calls[0][0])).toContain("a secret");
    log.mockRestore();
  });
});

describe("digits.safetensors", () => {
  test("is what train.js makes, to the byte", () => {
    const temporary = mkdtempSync(join(tmpdir(), "lanegrad-"));
    try {
      const made = join(temporary, "digits.safetensors");
      const printed = execFileSync(process.execPath, [join(folder, "train.js"), made], { encoding: "utf8" });
      expect(printed).toMatch(/^Reads 348 of 360 digits/);
      expect(readFileSync(made).equals(file)).toBe(true);
      expect(file.length).toBeLessThan(60_000);
    } finally {
      rmSync(temporary, { recursive: true });
    }
  });

  test("reads the share of unseen digits that the README states", () => {
    setRandomSeed(1);
    const rows = DIGITS.map(({ pixels }) => pixels);
    const digits = DIGITS.map(({ digit }) => digit);
    const { xTest, yTest } = preprocessing.trainTestSplit(rows, digits, { testSize: 0.2, stratify: true });
    const read = model.predict(xTest).argMax();
    const right = yTest.filter((digit, i) => digit === read[i]).length;
    expect(yTest).toHaveLength(360);
    expect(right).toBe(348);
  });
});
