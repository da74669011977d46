// The constants that the core writes and that kernels of other families read.
import { expect, test } from "vitest";
import { activationKernels } from "../../src/runtime/kernels/activations.js";
import { memory } from "../../src/runtime/runtime.js";

const TABLE = 512;

test("are there when a family is linked before anything of the core was used", () => {
  activationKernels();
  expect(memory().floats[TABLE >> 2]).toBe(Math.fround(Math.LOG2E));
});
