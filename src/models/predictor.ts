import { CallbackList } from "../callbacks/callbackList.js";
import type { Graph } from "../graph/graph.js";
import type { LayerOptions } from "../layers/layer.js";
import { checkKeys, positiveInteger } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { Network } from "./base.js";
import { checkBatch, isAsync, isBatches } from "./batches.js";
import type { Batch } from "./batches.js";
import { DEFAULT_BATCH, stepsOption } from "./fitOptions.js";
import type { PredictOptions } from "./fitOptions.js";
import type { Model } from "./model.js";
import { inputRows } from "./modelData.js";
import { ForwardPlan } from "./network.js";
import { joinBatches, predict, predictRow } from "./predict.js";
import type { Inputs } from "./rows.js";

/** Inputs of a batch, for `predict`. */
export type InputBatch = Pick<Batch, "x">;

/** A network that can be asked for its outputs. */
export abstract class Predictor<Outputs extends Tensor | Tensor[]> extends Network {
  #forward: ForwardPlan | undefined;

  protected constructor(kind: string, options: LayerOptions) {
    super(kind, options);
  }

  /**
   * The outputs for rows of inputs.
   *
   * @returns a tensor [n, ...]; an array of tensors for a model that was made with an array of outputs
   * @throws LanegradError NOT_BUILT if the shape of the input is not known yet; SHAPE_MISMATCH, INVALID_DATA or UNKNOWN_NAME
   * for wrong data; INVALID_OPTION or UNKNOWN_OPTION
   */
  predict(x: Inputs, options?: PredictOptions): Outputs;
  /** The same over batches { x }. */
  predict(batches: Iterable<InputBatch>, options?: PredictOptions): Outputs;
  /** The same over batches that arrive by promises. */
  predict(batches: AsyncIterable<InputBatch>, options?: PredictOptions): Promise<Outputs>;
  /** The same where the type leaves open how batches arrive. */
  predict(
    batches: Iterable<InputBatch> | AsyncIterable<InputBatch>,
    options?: PredictOptions,
  ): Outputs | Promise<Outputs>;
  predict(x: unknown, options?: PredictOptions): Outputs | Promise<Outputs> {
    const forward = this.#forward;
    // A row at a time is how small models are asked in a loop: what it cannot get wrong is not checked.
    if (forward !== undefined && options === undefined && forward.isRow(x)) {
      return this.pack(predictRow(forward, x));
    }
    return this.#predict(x, options);
  }

  #predict(x: unknown, options: PredictOptions = {}): Outputs | Promise<Outputs> {
    checkKeys("predict", options, ["batchSize", "steps", "callbacks"]);
    const batchSize = positiveInteger("batchSize", options.batchSize ?? DEFAULT_BATCH);
    const steps = stepsOption("steps", options.steps) ?? Infinity;
    const callbacks =
      options.callbacks === undefined
        ? undefined
        : this.callbackList(options.callbacks, options.steps, false);
    const graph = this.builtGraph();
    const forward = (this.#forward ??= new ForwardPlan(graph));
    let batch = 0;
    const rows = (data: unknown): Tensor[] => {
      const inputs = inputRows(graph, data);
      const outputs = predict(forward, inputs, batchSize, callbacks, batch, isBatches(x) ? Infinity : steps);
      batch += Math.ceil(inputs[0].count / batchSize);
      return outputs;
    };
    if (isBatches(x) && isAsync(x)) return this.#predictLater(x, steps, rows, callbacks);
    void callbacks?.call("onPredictBegin");
    const outputs = isBatches(x)
      ? joinBatches(predictBatches(x as Iterable<InputBatch>, steps, rows))
      : rows(x);
    void callbacks?.call("onPredictEnd");
    return this.pack(outputs);
  }

  async #predictLater(
    batches: AsyncIterable<Batch>,
    steps: number,
    rows: (data: unknown) => Tensor[],
    callbacks: CallbackList | undefined,
  ): Promise<Outputs> {
    await callbacks?.call("onPredictBegin");
    const results: Tensor[][] = [];
    for await (const batch of batches) {
      if (results.push(rows(checkBatch(batch).x)) >= steps) break;
    }
    await callbacks?.call("onPredictEnd");
    return this.pack(joinBatches(results));
  }

  /** The outputs for one batch; the same as `predict` with all rows at once. */
  predictOnBatch(x: Inputs): Outputs {
    return this.predict(x, { batchSize: Number.MAX_SAFE_INTEGER });
  }

  /** @internal One output, or an array of them. */
  protected abstract pack(outputs: Tensor[]): Outputs;

  /** @internal */
  protected override setGraph(graph: Graph | undefined): void {
    super.setGraph(graph);
    this.#forward = undefined;
  }

  /** @internal The callbacks of a call that cannot wait for promises. */
  protected callbackList(callbacks: unknown, steps: number | undefined, isAsync: boolean): CallbackList {
    const list = new CallbackList(callbacks ?? [], isAsync);
    list.attach(this as unknown as Model, { epochs: 1, verbose: 0, steps });
    return list;
  }
}

function predictBatches(
  batches: Iterable<InputBatch>,
  steps: number,
  rows: (data: unknown) => Tensor[],
): Tensor[][] {
  const results: Tensor[][] = [];
  for (const batch of batches) {
    if (results.push(rows(checkBatch(batch).x)) >= steps) break;
  }
  return results;
}
