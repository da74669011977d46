import { backend, configure } from "lanegrad";
import { afterAll, describe, expect, it } from "vitest";
import { layerKernels } from "../../src/runtime/kernels/layers.js";
import { memory } from "../../src/runtime/runtime.js";

describe("layerKernels", () => {
  const build = backend().name;
  afterAll(() => configure({ build }));

  it("work on the memory of the core, in the build in use", () => {
    const address = memory().scratch(64);
    new Float32Array(memory().wasm.buffer, address, 4).set([1, 2, 4, 8]);
    const used = layerKernels();
    expect(used.squaredDifference(address, address + 8, 2)).toBe(45);
    expect(layerKernels()).toBe(used);
  });

  it("follow a change of the build", () => {
    configure({ build: "simd" });
    const plain = layerKernels();
    if (build === "simd") return;
    configure({ build });
    expect(layerKernels()).not.toBe(plain);
  });
});
