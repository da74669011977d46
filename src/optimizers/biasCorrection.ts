import { kernels } from "../runtime/runtime.js";

/**
 * 1 - beta^step: the share of a running mean that starts from 0 which is there after so many steps (Kingma and
 * Ba 2015, section 3). By a logarithm and an exponential, within 1e-13, several times faster than `pow64`, which is
 * exact in cases that do not occur here.
 */
export function biasCorrection(beta: number, step: number): number {
  const { exp64, log64 } = kernels();
  return 1 - exp64(step * log64(beta));
}
