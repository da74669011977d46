// Errors as tests expect them.
import { LanegradError } from "lanegrad";
import { expect } from "vitest";

/** The function throws a LanegradError of that code, whose message says what was received. */
export function expectError(work: () => unknown, code: string, message: RegExp): void {
  let caught: unknown;
  try {
    work();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(LanegradError);
  expect((caught as LanegradError).code).toBe(code);
  expect((caught as LanegradError).message).toMatch(message);
  expect((caught as LanegradError).message).toMatch(/Received: /);
}
