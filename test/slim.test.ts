// The entry lanegrad/slim, as it is built: kernels that the program brings, and all that can be wrong with them.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { CustomActivation } from "../src/activations/custom.js";
import { marked, unmarked } from "../scripts/build/mark.js";
import type * as Slim from "../src/slim.js";
import { build as testedBuild, families } from "./kernels/harness.js";
import { moduleGraph } from "./support/moduleGraph.js";

const dist = new URL("../dist/", import.meta.url);
const ENTRY = Symbol.for("lanegrad.entry");
const build = testedBuild as Slim.BuildName;
const other = build === "simd" ? "relaxed-simd" : "simd";

const urlOf = (family: string, name: string = build) => new URL(`kernels/${family}.${name}.wasm`, dist);
const bytesOf = (family: string, name: string = build) => readFileSync(urlOf(family, name));

let slim: typeof Slim;
beforeEach(async () => {
  vi.resetModules();
  Reflect.deleteProperty(globalThis, ENTRY);
  slim = await import(new URL("slim/slim.js", dist).href);
});
afterAll(() => void Reflect.deleteProperty(globalThis, ENTRY));

/** Trains y = 2x + 1 and gives what it says for 10. */
async function learnt(): Promise<number> {
  const net = slim.sequential({ layers: [slim.layers.dense({ units: 1, inputShape: [1] })] });
  net.compile({ optimizer: { name: "sgd", learningRate: 0.1 }, loss: "mse" });
  await net.fit([[0], [1], [2], [3]], [1, 3, 5, 7], { epochs: 300, seed: 1 });
  return slim.loadModel(net.save()).predict([[10]]).data[0];
}

/** A model that needs a family beside core. */
function normalized(): number[] {
  const layer = slim.layers.layerNormalization({ inputShape: [4] });
  return Array.from(slim.sequential({ layers: [layer] }).predict([[1, 2, 3, 4]]).data);
}

test("kernels that come later do not change the build in use", () => {
  slim.useKernels({ core: bytesOf("core", "simd"), normalization: bytesOf("normalization", "simd") });
  const before = normalized();
  slim.useKernels({ core: bytesOf("core", "relaxed-simd") });
  expect(slim.backend().name).toBe("simd");
  expect(normalized()).toEqual(before);
});

describe("trains with kernels that are", () => {
  const forms: [string, () => Slim.KernelsAtHand][] = [
    ["bytes", () => bytesOf("core")],
    ["a module", () => new WebAssembly.Module(bytesOf("core"))],
    ["a buffer", () => Uint8Array.from(bytesOf("core")).buffer],
    ["a view", () => new DataView(Uint8Array.from(bytesOf("core")).buffer)],
  ];
  test.each(forms)("%s, at once", async (_, core) => {
    expect(slim.useKernels({ core: core() })).toBeUndefined();
    expect(slim.backend().name).toBe(build);
    expect(await learnt()).toBeCloseTo(21, 1);
  });

  const sources: [string, () => Slim.KernelSource][] = [
    ["a URL of a file", () => urlOf("core")],
    ["a URL as text", () => urlOf("core").href],
    ["a URL that holds them", () => `data:application/wasm;base64,${bytesOf("core").toString("base64")}`],
    ["a promise of bytes", () => Promise.resolve(bytesOf("core"))],
    ["a promise of a module", () => WebAssembly.compile(bytesOf("core"))],
    ["a response of another type", () => new Response(bytesOf("core"), { headers: { "content-type": "text/plain" } })],
  ]; // prettier-ignore
  test.each(sources)("%s", async (_, core) => {
    await slim.useKernels({ core: core() });
    expect(slim.backend().name).toBe(build);
    expect(await learnt()).toBeCloseTo(21, 1);
  });
});

describe("a family", () => {
  test("that was not brought is named, with its file, and can be brought later", async () => {
    const missing = (file: string) => expect.objectContaining({ code: "MISSING_KERNELS", message: expect.stringContaining(`"lanegrad/kernels/${file}"`) }); // prettier-ignore
    slim.configure({ build });
    expect(() => slim.matMul([[1]], [[1]])).toThrow(missing(`core.${build}.wasm`));
    await expect(slim.ready()).rejects.toThrow(missing(`core.${build}.wasm`));
    slim.useKernels({ core: bytesOf("core") });
    expect(normalized).toThrow(missing(`normalization.${build}.wasm`));
    slim.useKernels({ normalization: bytesOf("normalization") });
    expect(normalized()[3]).toBeCloseTo(1.3416, 3);
  });

  test("that there is not", () => {
    expect(() => slim.useKernels({ kore: bytesOf("core") } as object)).toThrow(
      expect.objectContaining({ code: "UNKNOWN_OPTION", message: expect.stringContaining("core") }),
    );
  });

  test("all of them can be brought, by their names", () => {
    for (const family of families) slim.useKernels({ [family]: bytesOf(family) });
    expect(normalized()).toHaveLength(4);
  });
});

describe("a build", () => {
  test("alone is used, and the other cannot be chosen", () => {
    slim.useKernels({ core: bytesOf("core") });
    expect(slim.backend().name).toBe(build);
    const settings = build === "simd" ? { build: other } : { deterministic: true };
    const code = build === "simd" && !WebAssembly.validate(bytesOf("core", other)) ? "UNSUPPORTED_RUNTIME" : "MISSING_KERNELS"; // prettier-ignore
    expect(() => slim.configure(settings as Slim.Configuration)).toThrow(expect.objectContaining({ code }));
    expect(slim.backend()).toMatchObject({ name: build, deterministic: false });
  });

  test("of two at hand is chosen by settings, at any time", () => {
    slim.useKernels({
      core: { simd: bytesOf("core", "simd"), "relaxed-simd": bytesOf("core", "relaxed-simd") },
    });
    slim.configure({ build });
    expect(slim.matMul([[2]], [[3]]).data[0]).toBe(6);
    slim.configure({ deterministic: true });
    expect(slim.backend().name).toBe("simd");
    expect(slim.matMul([[2]], [[3]]).data[0]).toBe(6);
  });

  test("of two URLs is fetched alone", async () => {
    slim.configure({ build });
    await slim.useKernels({ core: { [build]: urlOf("core"), [other]: new URL("missing.wasm", dist) } });
    expect(slim.matMul([[2]], [[3]]).data[0]).toBe(6);
  });

  test("under the name of the other is refused", () => {
    expect(() => slim.useKernels({ core: { [other]: bytesOf("core") } })).toThrow(
      expect.objectContaining({ code: "INVALID_FILE", message: expect.stringMatching(`Received: core.${build}.wasm$`) }),
    ); // prettier-ignore
  });
});

describe("what is not the kernels is refused, and said to be", () => {
  const html = "<!DOCTYPE html><html><head>";
  const empty = Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0]);
  const endless = Uint8Array.from([...empty, 0, 255, 255, 255, 255, 255, 255, 255, 127]);
  const older = () => marked(bytesOf("core"), `core ${build} 0.0.9`);
  const cases: [string, () => Slim.KernelsAtHand, string][] = [
    ["nothing", () => new Uint8Array(), "0 bytes"],
    ["a page", () => new TextEncoder().encode(html), '"<!DOCTYPE html>'],
    ["a part of the file", () => bytesOf("core").subarray(0, 5000), "cut off after 5000 bytes"],
    ["a part of the mark", () => bytesOf("core").subarray(0, -3), "cut off"],
    ["a length without end", () => endless, "cut off"],
    ["another module's bytes", () => empty, "without Lanegrad's mark"],
    ["another module", () => new WebAssembly.Module(empty), "without Lanegrad's mark"],
    ["kernels without a mark", () => unmarked(bytesOf("core")), "without Lanegrad's mark"],
    ["another family", () => bytesOf("layers"), `layers.${build}.wasm`],
    ["another family's module", () => new WebAssembly.Module(bytesOf("layers")), `layers.${build}.wasm`],
    ["another version", older, "version 0.0.9"],
  ];
  test.each(cases)("%s", (_, core, received) => {
    const error = { code: "INVALID_FILE", message: expect.stringMatching(/useKernels must get for core the file core\.simd\.wasm/) }; // prettier-ignore
    expect(() => slim.useKernels({ core: core() })).toThrow(expect.objectContaining(error));
    expect(() => slim.useKernels({ core: core() })).toThrow(received);
    expect(() => slim.matMul([[1]], [[1]])).toThrow(expect.objectContaining({ code: "MISSING_KERNELS" }));
  });

  const damaged = Uint8Array.from(bytesOf("core"));
  damaged.fill(255, 20_000, 20_032); // more than the longest operand, a vector, in which any bytes are valid
  const damage = {
    code: "INVALID_FILE",
    message: expect.stringMatching(
      new RegExp(
        `core\\.${build}\\.wasm are damaged: ${damaged.length} bytes.*Received: CompileError: .*20\\d\\d\\d`,
      ),
    ),
  };

  test("a file damaged inside, when it is compiled", async () => {
    slim.configure({ build });
    slim.useKernels({ core: damaged });
    const use = () => slim.matMul([[1]], [[1]]);
    expect(use).toThrow(expect.objectContaining(damage));
    await expect(slim.ready()).rejects.toMatchObject(damage);
    slim.useKernels({ core: bytesOf("core") });
    expect(use().data[0]).toBe(1);
  });

  test("a file damaged inside that has to be waited for, and nothing has changed", async () => {
    slim.useKernels({ core: bytesOf("core") });
    await expect(slim.useKernels({ core: Promise.resolve(damaged) })).rejects.toMatchObject(damage);
    expect(slim.matMul([[1]], [[1]]).data[0]).toBe(1);
  });

  test("a whole file that a policy keeps from compiling is not called damaged", async () => {
    const refusal = new WebAssembly.CompileError("WebAssembly.compile(): blocked by CSP");
    vi.spyOn(WebAssembly, "compile").mockRejectedValue(refusal);
    const refused = slim.useKernels({ core: Promise.resolve(bytesOf("core")) });
    await expect(refused).rejects.toMatchObject({
      code: "UNSUPPORTED_RUNTIME",
      message: expect.stringContaining("Content-Security-Policy"),
    });
    vi.restoreAllMocks();
  });

  test("a module with our mark and another inside stays what the mark says: the version is checked, not the code", () => {
    expect(() => slim.useKernels({ core: marked(Buffer.from(empty), "core simd none") })).toThrow(
      "version none",
    );
  });

  test("what is no source", async () => {
    for (const core of [3, null, [bytesOf("core")]]) {
      await expect(slim.useKernels({ core } as Slim.KernelSources)).rejects.toMatchObject({
        code: "INVALID_OPTION",
      });
    }
  });

  test("what is not sorted by family, or holds no build", () => {
    const core = new WebAssembly.Module(bytesOf("core"));
    const url = urlOf("core");
    for (const kernels of [
      core,
      bytesOf("core"),
      url,
      url.href,
      Promise.resolve(core),
      new Response(),
      [core],
      null,
    ]) {
      const work = () => slim.useKernels(kernels as Slim.KernelModules);
      expect(work).toThrow(expect.objectContaining({ code: "INVALID_OPTION", message: expect.stringContaining("useKernels({ core })") })); // prettier-ignore
    }
    expect(() => slim.useKernels({ core: {} })).toThrow(/takes for core bytes, .*Received: \{\}$/);
  });

  test("one wrong family keeps the right one from being used", () => {
    expect(() => slim.useKernels({ core: bytesOf("core"), layers: bytesOf("core") })).toThrow("for layers");
    expect(() => slim.matMul([[1]], [[1]])).toThrow(expect.objectContaining({ code: "MISSING_KERNELS" }));
  });
});

describe("over HTTP", () => {
  let server: Server;
  let at: string;
  beforeAll(async () => {
    server = createServer(({ url = "" }, response) => {
      if (url === "/core.wasm")
        response.writeHead(200, { "content-type": "text/plain" }).end(bytesOf("core"));
      else if (url === "/page") response.writeHead(200, { "content-type": "text/html" }).end("<html></html>");
      else response.writeHead(404).end("<html></html>");
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  test("kernels come whatever their type is said to be", async () => {
    await slim.useKernels({ core: fetch(`${at}/core.wasm`) });
    expect(await learnt()).toBeCloseTo(21, 1);
  });

  const failures: [string, string, string][] = [
    ["a missing file", "/none.wasm", "HTTP status 404"],
    ["a page in its place", "/page", '"<html>'],
  ];
  test.each(failures)("%s", async (_, path, received) => {
    const error = slim.useKernels({ core: new URL(path, at) });
    await expect(error).rejects.toMatchObject({ code: "INVALID_FILE" });
    await expect(error).rejects.toThrow(received);
  });

  test("a response that was read before", async () => {
    const response = new Response(bytesOf("core"));
    await response.arrayBuffer();
    const error = slim.useKernels({ core: response });
    await expect(error).rejects.toMatchObject({
      code: "INVALID_FILE",
      message: expect.stringContaining("Body"),
    });
  });

  test("nobody there", async () => {
    const error = slim.useKernels({ core: "http://127.0.0.1:1/core.wasm" });
    await expect(error).rejects.toMatchObject({ code: "INVALID_FILE" });
  });
});

test("the tree names no text of kernels, and nothing outside itself but the names of families", () => {
  const loaded = moduleGraph(new URL("slim/slim.js", dist));
  expect(loaded.length).toBeGreaterThan(100);
  const outside = loaded.filter((url) => !url.startsWith(new URL("slim/", dist).href));
  expect(outside).toEqual([new URL("kernels/names.js", dist).href]);
});

describe("what the default entry made is refused, and the message asks for one entry:", () => {
  let whole: typeof Slim;
  beforeEach(async () => {
    whole = await import(new URL("index.js", dist).href);
  });

  class Twice extends CustomActivation {
    forward(): void {}
    backward(): void {}
  }
  const dense = (options: object) => slim.layers.dense({ units: 1, inputShape: [1], ...options });
  const compiled = (options: object) =>
    slim.sequential({ layers: [dense({})] }).compile({ optimizer: "sgd", loss: "mse", ...options });
  const cases: [string, () => unknown, string][] = [
    ["a layer", () => slim.sequential({ layers: [whole.layers.dense({ units: 1 })] }), "a Dense"],
    ["a layer within", () => slim.layers.bidirectional({ layer: whole.layers.lstm({ units: 1 }) }), "layer=a LSTM"],
    ["a tensor of a graph", () => dense({}).apply(whole.input({ shape: [1] })), "a SymbolicTensor"],
    ["an input", () => slim.model({ inputs: whole.input({ shape: [1] }), outputs: [] }), "inputs=a SymbolicTensor"],
    ["an optimizer", () => compiled({ optimizer: whole.optimizers.adam() }), "a Adam"],
    ["a loss", () => compiled({ loss: whole.losses.huber() }), "a Huber"],
    ["a metric", () => compiled({ metrics: [whole.metrics.auc()] }), "a Auc"],
    ["a schedule", () => slim.optimizers.sgd({ learningRate: whole.schedules.polynomialDecay({ initialLearningRate: 1, decaySteps: 3 }) }), "a PolynomialDecay"],
    ["an initializer", () => dense({ kernelInitializer: whole.initializers.heNormal() }), "a VarianceScaling"],
    ["a regularizer", () => dense({ kernelRegularizer: whole.regularizers.l2() }), "a L1L2"],
    ["a constraint", () => dense({ kernelConstraint: whole.constraints.maxNorm() }), "a MaxNorm"],
    ["an activation", () => dense({ activation: new Twice() }), "a Twice"],
    ["a tensor", () => slim.sequential({ layers: [dense({})] }).predict(whole.tensor([[1]])), "a Tensor"],
  ]; // prettier-ignore
  test.each(cases)("%s", (_, work, received) => {
    slim.useKernels({ core: bytesOf("core") });
    expect(work).toThrow(slim.LanegradError);
    expect(work).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^INVALID_(OPTION|DATA)$/),
        message: expect.stringMatching(new RegExp(`of the entry in use \\(lanegrad and lanegrad/slim .*Received: ${received}$`)),
      }),
    ); // prettier-ignore
  });

  test("linked parts, when they are used", async () => {
    slim.useKernels({ core: bytesOf("core"), optimizers: bytesOf("optimizers") });
    const ftrl = () => compiled({ optimizer: "ftrl" });
    expect(ftrl).toThrow(expect.objectContaining({ code: "NOT_LINKED", message: expect.stringMatching(/lanegrad\/slim find only the common ones .* of the same entry first/) })); // prettier-ignore
    expect(() => dense({ activation: "gelu" })).toThrow(expect.objectContaining({ code: "NOT_LINKED", message: expect.stringMatching(/lanegrad\/slim .* of the same entry first/) })); // prettier-ignore
    slim.linkParts({ optimizers: slim.optimizers });
    expect(ftrl).not.toThrow();
  });
});

test("beside the default entry it is an error, whichever comes second", async () => {
  const whole: typeof Slim = await import(new URL("index.js", dist).href);
  slim.useKernels({ core: bytesOf("core") });
  expect(slim.matMul([[2]], [[3]]).data[0]).toBe(6);
  expect(whole.tensor([1]).shape).toEqual([1]);
  expect(() => whole.matMul([[2]], [[3]])).toThrow(
    expect.objectContaining({ code: "TWO_ENTRIES", message: expect.stringContaining("dist/index.js) beside lanegrad/slim") }),
  ); // prettier-ignore
});
