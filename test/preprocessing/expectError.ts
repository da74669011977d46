import { expect } from "vitest";
import { LanegradError } from "../../src/errors.js";
import type { ErrorCode } from "../../src/errors.js";

/** Expects a typed error with this code whose message matches all the patterns. */
export function expectError(work: () => unknown, code: ErrorCode, ...patterns: RegExp[]): void {
  let caught: unknown;
  try {
    work();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(LanegradError);
  const error = caught as LanegradError;
  expect(error.code).toBe(code);
  for (const pattern of [...patterns, /Received: ./]) expect(error.message).toMatch(pattern);
}
