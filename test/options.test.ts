// Every function that takes options refuses what is no object of options, with an error that says what it received.
import * as lanegrad from "lanegrad";
import { LanegradError } from "lanegrad";
import { describe, expect, test } from "vitest";

const namespaces = ["constraints", "initializers", "layers", "losses", "metrics", "optimizers", "regularizers", "schedules"] as const; // prettier-ignore
const wrong: [string, unknown][] = [
  ["null", null],
  ["5", 5],
  ['"s"', "s"],
  ["true", true],
  ["function wrong", function wrong() {}],
];
const makers: [string, (options: unknown) => unknown][] = namespaces.flatMap((namespace) =>
  Object.entries(lanegrad[namespace])
    .filter(([name]) => /^[a-z]/.test(name) && name !== "clipGradients")
    .map(([name, make]): [string, (options: unknown) => unknown] => [`${namespace}.${name}`, make as never]),
);
for (const name of [
  "csvLogger",
  "diagnostics",
  "earlyStopping",
  "modelCheckpoint",
  "reduceLROnPlateau",
] as const)
  makers.push([`callbacks.${name}`, lanegrad.callbacks[name] as never]);

describe("options that are no object", () => {
  test.each(makers)("%s", (_name, make) => {
    expect(makers.length).toBeGreaterThan(180);
    for (const [shown, options] of wrong) {
      let caught: unknown;
      try {
        make(options);
      } catch (error) {
        caught = error;
      }
      expect(caught, shown).toBeInstanceOf(LanegradError);
      expect((caught as LanegradError).code).toBe("INVALID_OPTION");
      expect(
        (caught as LanegradError).message.endsWith(`Received: ${shown}`),
        (caught as Error).message,
      ).toBe(true);
    }
  });
});
