// In a bundle, where known.bundle.ts takes the place of known.ts.
import { expect, test, vi } from "vitest";

// The setup has loaded the library as it is without a bundler.
vi.resetModules();
vi.doMock("../../src/activations/known.js", () => import("../../src/activations/known.bundle.js"));

const { toActivation } = await import("../../src/activations/activation.js");
const activations = await import("../../src/activations/index.js");
const { linkParts } = await import("../../src/linking.js");

const RARE = ["gelu", "swish", "mish", "relu6", "log_softmax", "sparsemax", "glu"] as const;
const COMMON = [
  "relu",
  "elu",
  "selu",
  "sigmoid",
  "tanh",
  "exponential",
  "softmax",
  "softsign",
  "unitStep",
] as const;

test("the activations of the core are found by name, others once they are linked", () => {
  for (const name of COMMON) expect(toActivation("activation", name).name).toBe(name);
  for (const name of RARE) {
    expect(() => toActivation("activation", name)).toThrow(
      expect.objectContaining({
        code: "NOT_LINKED",
        message: expect.stringContaining("linkParts({ activations })"),
      }),
    );
  }
  expect(() => toActivation("activation", { name: "relu", maxValue: 4 })).toThrow(/linkParts/);
  expect(() => toActivation("activation", "rleu" as "relu")).toThrow(/must be one of|rleu/);
  linkParts({ activations });
  for (const name of RARE) expect(toActivation("activation", name).config.name).toBeDefined();
});

test("a function on tensors needs no linking", () => {
  expect(Array.from(activations.gelu([-1, 0, 1]).data, (y) => y.toFixed(6))).toEqual([
    "-0.158655",
    "0.000000",
    "0.841345",
  ]);
});
