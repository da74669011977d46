// The kernels of activations beside the core's. A bundle has them if it names one of these activations.
import { LanegradError, show } from "../errors.js";
import type { RareActivationKernels } from "../runtime/kernels/activations.js";
import { known } from "./known.js";

type Accessor = () => RareActivationKernels;

let linked: Accessor | undefined;

/** Gives the program the kernels of all activations. */
export function linkRareKernels(kernels: Accessor): void {
  linked = kernels;
}

/** Whether the program has them. */
export function rareKernelsAreLinked(): boolean {
  return find() !== undefined;
}

/** What gives the kernels, of a program that has them. */
export function rareKernels(): Accessor {
  return find() as Accessor;
}

function find(): Accessor | undefined {
  return linked ?? known;
}

/** The error for an activation that the library has and this program has not. */
export function notLinked(option: string, name: string): LanegradError {
  return new LanegradError(
    "NOT_LINKED",
    `${option} must name an activation that is linked: by name alone, bundles and lanegrad/slim find linear, relu without maxValue and threshold, leakyRelu, elu, selu, sigmoid, tanh, exponential, softmax, softsign, hardSigmoid, piecewiseLinear, unitStep and sign. Pass activations.${name} itself, or call linkParts({ activations }) of the same entry first. Received: ${show(name)}`,
  );
}
