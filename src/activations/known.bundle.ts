// A bundle finds by name the activations of the core alone. Others must be linked (linkAll in index.ts).
import type { RareActivations } from "./rare.js";

export const known: RareActivations | undefined = undefined;
