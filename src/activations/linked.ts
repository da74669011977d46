// The activations beside the core's. A bundle has them if it names one of them.
import { LanegradError, show } from "../errors.js";
import { definitions } from "./definitions.js";
import { known } from "./known.js";
import type { RareActivations } from "./rare.js";

let linked: RareActivations | undefined;

/** Gives the program all activations. */
export function linkRareActivations(rare: RareActivations): void {
  linked = rare;
}

/** What computes the activations beside the core's, in a program that has them. */
export function rareActivations(): RareActivations | undefined {
  return linked ?? known;
}

/** The error for an activation that the library has and this program has not. */
export function notLinked(option: string, name: string): LanegradError {
  return new LanegradError(
    "NOT_LINKED",
    `${option} must name an activation that is linked: bundles and lanegrad/slim find the common ones alone, ${Object.keys(definitions).join(", ")} (relu without maxValue and threshold). Pass activations.${name} itself, or call linkParts({ activations }) of the same entry first. Received: ${show(name)}`,
  );
}
