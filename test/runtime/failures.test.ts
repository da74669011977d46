// What engines that cannot run the kernels make of a call: an error that names the cause and the way out.
import type { LanegradError } from "lanegrad";
import { afterEach, describe, expect, test, vi } from "vitest";
import { checkEngine, compileError } from "../../src/runtime/engine.js";
import { claim } from "../../src/runtime/entry.js";
import { KernelFamily } from "../../src/runtime/family.js";
import { Memory } from "../../src/runtime/memory.js";
import { data } from "#kernels/core";

const MEGABYTE = 1024 * 1024;
const ENTRY = Symbol.for("lanegrad.entry");

function errorOf(call: () => unknown): LanegradError {
  try {
    call();
  } catch (error) {
    return error as LanegradError;
  }
  throw new Error("nothing was thrown");
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("an engine", () => {
  test("without WebAssembly", () => {
    vi.stubGlobal("WebAssembly", undefined);
    const { code, message } = errorOf(checkEngine);
    expect(code).toBe("UNSUPPORTED_RUNTIME");
    expect(message).toMatch(/no WebAssembly;.* Node 20.* Received: typeof WebAssembly = undefined$/);
  });

  test("without SIMD", () => {
    vi.stubGlobal("WebAssembly", { validate: () => false });
    const { code, message } = errorOf(checkEngine);
    expect(code).toBe("UNSUPPORTED_RUNTIME");
    expect(message).toMatch(/no WebAssembly SIMD.*Chrome 114.*Safari 16\.4/);
  });

  test.each([
    ["Object.hasOwn", Object, "hasOwn"],
    ["Array.prototype.at", Array.prototype, "at"],
  ])("without %s", (name, owner, key) => {
    const original = Object.getOwnPropertyDescriptor(owner, key)!;
    Reflect.deleteProperty(owner, key);
    let error: LanegradError;
    try {
      error = errorOf(checkEngine);
    } finally {
      Object.defineProperty(owner, key, original);
    }
    expect(error.code).toBe("UNSUPPORTED_RUNTIME");
    expect(error.message).toMatch(/too old.* Node 20/);
    expect(error.message).toContain(`no ${name}`);
  });
});

describe("a compiler that refuses", () => {
  // As the engines word it.
  const policies = [
    "CompileError: WebAssembly.Module(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive",
    "CompileError: WebAssembly.Module(): Refused to compile or instantiate WebAssembly module because 'unsafe-eval' is not an allowed source",
    "CompileError: call to WebAssembly.Module() blocked by CSP",
  ];
  test.each(policies)("for a policy: %s", (text) => {
    const { code, message } = compileError(text);
    expect(code).toBe("UNSUPPORTED_RUNTIME");
    expect(message).toContain("'wasm-unsafe-eval' in script-src");
    expect(message).not.toContain("workerd");
  });

  const disallowed = "CompileError: WebAssembly.Module(): Wasm code generation disallowed by embedder";
  test("at run time, on the edge", () => {
    const { code, message } = compileError(disallowed);
    expect(code).toBe("UNSUPPORTED_RUNTIME");
    expect(message).toMatch(/: an edge runtime, which compiles nothing,.*"workerd".*lanegrad\/slim/);
  });

  test("at run time, in a page", () => {
    vi.stubGlobal("document", {});
    expect(compileError(disallowed).message).toMatch(/: a page with .*'wasm-unsafe-eval'.*"workerd"/);
  });

  test("in a page of an older Chrome, which may not compile at once", () => {
    vi.stubGlobal("document", {});
    const { code, message } = compileError(
      "RangeError: WebAssembly.Compile is disallowed on the main thread, if the buffer size is larger than 4KB. Use WebAssembly.compile, or compile on a worker thread.",
    );
    expect(code).toBe("UNSUPPORTED_RUNTIME");
    expect(message).toMatch(/compiled: a page needs Chrome 114, its workers do not. Received: RangeError/);
  });

  test("at the first use of a family, and in the background", async () => {
    const refuse = function (): never {
      throw new WebAssembly.CompileError("blocked by CSP");
    };
    vi.spyOn(WebAssembly, "Module").mockImplementation(refuse);
    vi.spyOn(WebAssembly, "compile").mockImplementation(refuse);
    const family = new KernelFamily(data);
    const memory = new WebAssembly.Memory({ initial: 1 });
    expect(errorOf(() => family.bind("simd", memory)).message).toContain("'wasm-unsafe-eval'");
    await expect(family.compile("simd")).rejects.toMatchObject({ code: "UNSUPPORTED_RUNTIME" });
  });
});

describe("memory that is refused", () => {
  test("from the start", () => {
    vi.spyOn(WebAssembly, "Memory").mockImplementation(function () {
      throw new RangeError("WebAssembly.Memory(): could not allocate memory");
    });
    const { code, message } = errorOf(() => new Memory(MEGABYTE));
    expect(code).toBe("OUT_OF_MEMORY");
    expect(message).toMatch(/1048576 bytes.*more memory.*Received: .*could not allocate/);
  });

  test("when it must grow: what was asked, and how to lower it", () => {
    const memory = new Memory(MEGABYTE);
    const before = memory.byteLength;
    vi.spyOn(memory.wasm, "grow").mockImplementation(() => {
      throw new RangeError("WebAssembly.Memory.grow(): Unable to grow instance memory");
    });
    const { code, message } = errorOf(() => memory.scratch(64 * MEGABYTE));
    expect(code).toBe("OUT_OF_MEMORY");
    expect(message).toMatch(
      /by 67108864 bytes.*smaller batches.*memoryBudget.*Received: memoryBytes=1048576/,
    );
    expect(memory.byteLength).toBe(before);
  });
});

describe("entries of the package in one program", () => {
  const host = globalThis as { [ENTRY]?: string };
  const first = host[ENTRY];
  afterEach(() => void (host[ENTRY] = first));

  test("one, several times", () => {
    delete host[ENTRY];
    claim("lanegrad/slim");
    expect(() => claim("lanegrad/slim")).not.toThrow();
  });

  test("two", () => {
    delete host[ENTRY];
    claim("lanegrad/slim");
    const { code, message } = errorOf(() => claim("lanegrad for runtimes"));
    expect(code).toBe("TWO_ENTRIES");
    expect(message).toMatch(/import the same one.* Received: lanegrad for runtimes beside lanegrad\/slim$/);
  });
});
