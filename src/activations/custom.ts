import { nameOfClass, nameOfPart } from "../saving/registry.js";
import type { RegisteredClass } from "../saving/registry.js";

/**
 * An activation of one's own, in TypeScript, value by value. An instance goes wherever an activation is named:
 * `layers.dense({ units: 8, activation: new Swish() })`.
 *
 * All arrays are views of the kernels' memory that hold during the call only, and of the same length: do not
 * keep them, write into the last one alone, and call nothing of Lanegrad meanwhile. A class that is registered
 * (`registerClass`) is found again when a model with it is loaded: its constructor is called with what
 * `getConfig` returned, without the name.
 *
 * @example
 * class Swish extends activations.CustomActivation {
 *   forward(x, y) {
 *     for (let i = 0; i < x.length; i++) y[i] = x[i] / (1 + Math.exp(-x[i]));
 *   }
 *   backward(x, y, dY, dX) {
 *     for (let i = 0; i < x.length; i++) {
 *       const s = 1 / (1 + Math.exp(-x[i]));
 *       dX[i] = dY[i] * (s + y[i] * (1 - s));
 *     }
 *   }
 * }
 */
export abstract class CustomActivation {
  /** The name that configurations use. */
  readonly name: string = nameOfPart(this);

  /**
   * Computes y = f(x).
   *
   * @param x the input, to be read only
   * @param y to be overwritten completely: it holds anything
   */
  abstract forward(x: Float32Array, y: Float32Array): void;

  /**
   * Computes dX = dY f'(x).
   *
   * @param x the input, to be read only
   * @param y the output, to be read only
   * @param dY the gradient with respect to y, to be read only
   * @param dX to be overwritten completely: it holds anything
   */
  abstract backward(x: Float32Array, y: Float32Array, dY: Float32Array, dX: Float32Array): void;

  /** The options from which an equal activation can be made; a class with options of its own adds them. */
  getConfig(): Record<string, unknown> {
    return { name: nameOfClass(this.constructor as RegisteredClass) ?? this.name };
  }
}
