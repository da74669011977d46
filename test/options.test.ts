// Every function that takes options refuses what is no object of options, with an error that says what it received.
import { callbacks, constraints, initializers, LanegradError, layers, losses, metrics, optimizers, regularizers, schedules } from "lanegrad"; // prettier-ignore
import { describe, expect, test } from "vitest";

const { csvLogger, diagnostics, earlyStopping, modelCheckpoint, reduceLROnPlateau } = callbacks;
const namespaces = {
  callbacks: { csvLogger, diagnostics, earlyStopping, modelCheckpoint, reduceLROnPlateau },
  constraints,
  initializers,
  layers,
  losses,
  metrics,
  optimizers,
  regularizers,
  schedules,
};
const wrong: [string, unknown][] = [
  ["null", null],
  ["5", 5],
  ['"s"', "s"],
  ["true", true],
  ["function wrong", function wrong() {}],
];
const makers = Object.entries(namespaces).flatMap(([namespace, parts]) =>
  Object.entries(parts)
    .filter(([name]) => /^[a-z]/.test(name) && name !== "clipGradients")
    .map(([name, make]): [string, (options: unknown) => unknown] => [`${namespace}.${name}`, make]),
);

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
