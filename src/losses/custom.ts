import type { Kernels } from "../runtime/kernels/index.js";
import { memory } from "../runtime/runtime.js";
import { checkNotReturned, checkOwnMethod, wasReturned } from "../saving/ownMethods.js";
import { nameOfClass, nameOfPart } from "../saving/registry.js";
import type { RegisteredClass } from "../saving/registry.js";
import type { LossBatch } from "./batch.js";
import { Loss } from "./loss.js";
import type { LossOptions } from "./loss.js";

/** A view of linear memory that is made anew only when what it shows has moved. */
class View {
  #view: Float32Array = new Float32Array(0);

  at(floats: Float32Array, address: number, length: number): Float32Array {
    const view = this.#view;
    const isSame = view.buffer === floats.buffer && view.byteOffset === address && view.length === length;
    if (!isSame) this.#view = floats.subarray(address >>> 2, (address >>> 2) + length);
    return this.#view;
  }
}

/**
 * A loss in TypeScript. A class of its own extends this one and computes the loss and the
 * slope of each row; sample weights and the reduction are taken care of.
 *
 * Predictions [n, ..., outputs] come as rows of the last axis: `rows` is the product of all other axes,
 * `columns` the number of outputs, value j of row i stands at i * columns + j. Labels have the shape of the
 * predictions. All arrays are views of linear memory that hold during the call only: do not keep them, do
 * not write into labels or predictions, and call nothing of Lanegrad meanwhile.
 *
 * @example
 * class Quartic extends losses.CustomLoss {
 *   forward(yTrue, yPred, rows, columns, perSample) {
 *     for (let i = 0; i < rows; i++) {
 *       perSample[i] = 0;
 *       for (let j = i * columns; j < (i + 1) * columns; j++) perSample[i] += (yPred[j] - yTrue[j]) ** 4;
 *     }
 *   }
 *   backward(yTrue, yPred, rows, columns, dPred) {
 *     for (let j = 0; j < rows * columns; j++) dPred[j] = 4 * (yPred[j] - yTrue[j]) ** 3;
 *   }
 * }
 */
export abstract class CustomLoss extends Loss {
  /** The name that messages and configurations use. Default: that of the class. */
  readonly name: string = nameOfPart(this);
  /** @internal */
  override readonly needsPerSample: boolean = true;
  readonly #yTrue = new View();
  readonly #yPred = new View();
  readonly #perSample = new View();
  readonly #dPred = new View();

  /**
   * @param options the reduction; a class with options of its own takes them out first
   * @throws LanegradError UNKNOWN_OPTION or INVALID_OPTION
   */
  constructor(options: LossOptions = {}) {
    super("losses.CustomLoss", options, []);
  }

  /**
   * Computes the loss of each row.
   *
   * @param yTrue [rows, columns]
   * @param yPred [rows, columns]
   * @param perSample [rows], to be overwritten completely: it holds anything
   */
  abstract forward(
    yTrue: Float32Array,
    yPred: Float32Array,
    rows: number,
    columns: number,
    perSample: Float32Array,
  ): void;

  /**
   * Computes the derivative of each row's loss with respect to its predictions, without weights and
   * reduction. After `forward` on the same rows, and not at all where no gradient is wanted.
   *
   * @param yTrue [rows, columns]
   * @param yPred [rows, columns]
   * @param dPred [rows, columns], to be overwritten completely: it holds anything
   */
  abstract backward(
    yTrue: Float32Array,
    yPred: Float32Array,
    rows: number,
    columns: number,
    dPred: Float32Array,
  ): void;

  /** @internal */
  evaluate(kernels: Kernels, batch: LossBatch): number {
    const { rows, columns, dPred } = batch;
    const { floats } = memory();
    const yTrue = this.#yTrue.at(floats, batch.yTrue, rows * columns);
    const yPred = this.#yPred.at(floats, batch.yPred, rows * columns);
    checkOwnMethod(this, "forward");
    const perSample = this.#perSample.at(floats, batch.perSample, rows);
    const result: unknown = this.forward(yTrue, yPred, rows, columns, perSample);
    // In Keras a loss may be one number.
    if (typeof result === "number") throw wasReturned(this, "forward", result);
    if (result !== undefined) checkNotReturned(this, "forward", result, perSample);
    if (dPred !== 0) {
      checkOwnMethod(this, "backward");
      const gradient = this.#dPred.at(floats, dPred, rows * columns);
      const returned: unknown = this.backward(yTrue, yPred, rows, columns, gradient);
      if (returned !== undefined) checkNotReturned(this, "backward", returned, gradient);
    }
    return kernels.weighLosses(
      batch.perSample,
      dPred,
      batch.sampleWeight,
      rows,
      columns,
      batch.rowsPerWeight,
      batch.gradientScale,
    );
  }

  /** The name that the class is registered with, and the options; a class with options of its own adds them. */
  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), name: nameOfClass(this.constructor as RegisteredClass) ?? this.name };
  }
}
