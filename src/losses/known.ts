// The losses that are found by name: all. In dist/modules known.bundle.ts takes the place of this file.
export * as known from "./factories.js";
