import type { MaskKey, Operation, StepContext } from "../graph/operation.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Weight } from "../graph/weight.js";
import { deriveKey, normalStream, Purpose, uniformStream } from "../runtime/random.js";
import { memory } from "../runtime/runtime.js";
import { checkNotReturned, checkOwnMethod } from "../saving/ownMethods.js";

/** What `forward` of a layer of one's own gets. Arrays are row-major and true during the call only. */
export interface CustomLayerForward {
  /** The values of each input, [rows, ...], to be read only. */
  readonly inputs: readonly Float32Array[];
  /**
   * For each input, which of its steps count: [rows, steps] of 1 and 0, to be read only; null where there
   * is no mask.
   */
  readonly masks: readonly (Float32Array | null)[];
  /** [rows, ...], to be overwritten completely in `forward`: it holds anything then. Read only in `backward`. */
  readonly output: Float32Array;
  /** The values of each weight, by its name, to be read only. */
  readonly weights: Readonly<Record<string, Float32Array>>;
  /** [rows, temporaryFloatsPerRow]; holds anything before `forward`, and what that left before `backward`. */
  readonly temporary: Float32Array;
  /** Rows of the batch. */
  readonly rows: number;
  /** Whether the model is training, rather than predicting. */
  readonly training: boolean;
  /** Training steps that the model has taken. */
  readonly step: number;
  /**
   * The next number of a uniform distribution on [0, 1). In training they depend on the seed of the fit, the
   * layer and the step; `backward` gets the same ones again. At prediction they are always the same.
   */
  readonly random: () => number;
  /**
   * The next number of the standard normal distribution, in float64, made of two that `random` would give: both may be
   * called in turn, and the same calls in `backward` give the same numbers again.
   */
  readonly randomNormal: () => number;
}

/** What `backward` of a layer of one's own gets. */
export interface CustomLayerBackward extends CustomLayerForward {
  /** The gradient of the loss with respect to the output, to be read only. */
  readonly dOutput: Float32Array;
  /** Where the gradient with respect to each input goes: zeros at first, or null if nobody wants it. */
  readonly dInputs: readonly (Float32Array | null)[];
  /** Where the gradient with respect to each weight goes: zeros at first, or null if nobody wants it. */
  readonly dWeights: Readonly<Record<string, Float32Array | null>>;
}

/** The part of a layer of one's own that computes. */
interface Computation {
  readonly weights: readonly Weight[];
  forward(call: CustomLayerForward): void;
  backward(call: CustomLayerBackward): void;
}

/** Values of linear memory as they lie there now. */
function view(address: number, floats: number): Float32Array {
  const start = address >>> 2;
  return memory().floats.subarray(start, start + floats);
}

/** Calls a layer in TypeScript. Makes its views in each call: such layers are no part of the promise of none. */
export class CustomLayerOperation implements Operation {
  constructor(
    readonly layer: Computation,
    readonly training: boolean,
    readonly inputs: readonly Slot[],
    readonly y: Slot,
    readonly temporary: { readonly pointer: Pointer; readonly floats: number },
    readonly key: MaskKey,
    readonly gradients: {
      readonly inputs: readonly GradientSink[];
      readonly weights: readonly GradientSink[];
    },
  ) {}

  forward(context: StepContext): void {
    const call = this.#views(context);
    const result: unknown = this.layer.forward(call);
    checkNotReturned(this.layer, "forward", result, call, call.output, call.temporary);
  }

  backward(context: StepContext): void {
    const { kernels, rows } = context;
    const { inputs, y, gradients } = this;
    const { weights } = this.layer;
    const zeros = (sink: GradientSink, floats: number): Float32Array | null => {
      if (!sink.isWanted) return null;
      kernels.fill(sink.address, floats, 0);
      return view(sink.address, floats);
    };
    checkOwnMethod(this.layer, "backward");
    const call: CustomLayerBackward = {
      ...this.#views(context),
      dOutput: view(y.gradient, rows * y.rowSize),
      dInputs: inputs.map((x, i) => zeros(gradients.inputs[i], rows * x.rowSize)),
      dWeights: Object.fromEntries(
        weights.map(({ name, size }, i) => [name, zeros(gradients.weights[i], size)]),
      ),
    };
    const result: unknown = this.layer.backward(call);
    const { dInputs, dWeights, temporary } = call;
    const given = [call, dInputs, dWeights, temporary, ...dInputs, ...Object.values(dWeights)];
    checkNotReturned(this.layer, "backward", result, ...given);
  }

  #views({ rows, step }: StepContext): CustomLayerForward {
    const { inputs, y, temporary } = this;
    const random = this.#random(step);
    return {
      inputs: inputs.map((x) => view(x.value, rows * x.rowSize)),
      masks: inputs.map(({ mask }) => (mask ? view(mask.slot.value, rows * mask.slot.rowSize) : null)),
      output: view(y.value, rows * y.rowSize),
      weights: Object.fromEntries(
        this.layer.weights.map(({ name, address, size }) => [name, view(address, size)]),
      ),
      temporary: view(temporary.pointer.address, rows * temporary.floats),
      rows,
      training: this.training,
      step,
      random,
      randomNormal: normalStream(random),
    };
  }

  #random(step: number): () => number {
    const { key0, key1 } = this.key;
    let next: (() => number) | undefined;
    return () => {
      next ??= uniformStream(deriveKey([key0, key1], Purpose.sample, step));
      return next();
    };
  }
}
