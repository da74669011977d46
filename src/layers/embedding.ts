import type { ConstraintSpec } from "../constraints/index.js";
import { LanegradError } from "../errors.js";
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import { rowSize } from "../graph/symbolic.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import type { InitializerSpec } from "../initializers/index.js";
import { flag, invalidOption, positiveInteger } from "../options.js";
import type { RegularizerSpec } from "../regularizers/index.js";
import { layerKernels } from "../runtime/kernels/layers.js";
import { memory } from "../runtime/runtime.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { findMask } from "./mask.js";
import { settingNames, WeightSettings } from "./weightSettings.js";

/** Options of `layers.embedding`. */
export interface EmbeddingOptions extends LayerOptions {
  /** The number of different indices: the largest is one less. At most 2^24. */
  inputDim: number;
  /** The number of values that stand for an index. */
  outputDim: number;
  /** Whether the index 0 stands for a step that does not count: the output has a mask of these. Default false. */
  maskZero?: boolean;
  /** Default "uniform": from -0.05 to 0.05. */
  embeddingsInitializer?: InitializerSpec;
  /** A penalty on the whole table, added to the loss. Default none. */
  embeddingsRegularizer?: RegularizerSpec;
  /** What the table is held to after each step. Default none. */
  embeddingsConstraint?: ConstraintSpec;
}

const OPTIONS = ["inputDim", "outputDim", "maskZero"];

/** Up to here every whole number is a float32. */
const MOST_INDICES = 0x1000000;

/** A learnt row of values for each index (Keras's Embedding). The indices get no gradient. */
export class Embedding extends Layer {
  readonly className = "Embedding";
  /** The option `inputDim`. */
  readonly inputDim: number;
  /** The option `outputDim`. */
  readonly outputDim: number;
  /** The option `maskZero`. */
  readonly maskZero: boolean;
  readonly #settings: WeightSettings<"embeddings">;
  #embeddings: Weight | undefined;

  constructor(options: EmbeddingOptions) {
    super("embedding", options, [...OPTIONS, ...settingNames("embeddings")]);
    this.inputDim = positiveInteger("inputDim", options.inputDim);
    this.outputDim = positiveInteger("outputDim", options.outputDim);
    this.maskZero = flag("maskZero", options.maskZero ?? false);
    if (this.inputDim > MOST_INDICES) {
      throw invalidOption(
        "inputDim",
        `at most ${MOST_INDICES}: larger indices are no float32`,
        options.inputDim,
      );
    }
    this.#settings = new WeightSettings({ embeddings: "uniform" }, options);
  }

  override get supportsMasking(): boolean {
    return this.maskZero;
  }

  protected override build(_inputShapes: readonly Shape[]): void {
    const shape = [this.inputDim, this.outputDim];
    this.#embeddings = this.addWeight(this.#settings.of("embeddings", shape));
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    return [...this.single(inputShapes), this.outputDim];
  }

  /** @throws LanegradError INVALID_DATA for a value that is no index */
  override checkData(address: number, rows: number, shape: Shape, what: string): void {
    const position = layerKernels().firstBadIndex(address, rows * rowSize(shape), this.inputDim);
    if (position < 0) return;
    const value = memory().floats[(address >>> 2) + position];
    throw new LanegradError(
      "INVALID_DATA",
      `${this.name} takes whole numbers from 0 to ${this.inputDim - 1}, and ${what} holds others. Received: ${value} at ${placeOf(position, shape)}`,
    );
  }

  /** @internal */
  override call(plan: PlanBuilder, [indices]: readonly Slot[]): Slot {
    const table = this.#embeddings as Weight;
    const y = plan.output(this.computeOutputShape([indices.shape]), [indices], [table]);
    plan.add(new EmbeddingOperation(this, indices, table, y, plan.gradientOfWeight(table)));
    if (this.maskZero) y.mask = findMask(plan, indices, 0, indices.shape);
    return y;
  }

  /** @internal Its mask takes the place of another. */
  override passMasks(plan: PlanBuilder, inputs: readonly Slot[], outputs: readonly Slot[]): void {
    if (!this.maskZero) super.passMasks(plan, inputs, outputs);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      inputDim: this.inputDim,
      outputDim: this.outputDim,
      maskZero: this.maskZero,
      ...this.#settings.getConfig(),
    };
  }
}

class EmbeddingOperation implements Operation {
  constructor(
    readonly layer: Embedding,
    readonly indices: Slot,
    readonly table: Weight,
    readonly y: Slot,
    readonly dTable: GradientSink,
  ) {}

  /** @throws LanegradError INVALID_DATA for an input that is no index, before anything is written */
  forward({ rows }: StepContext): void {
    const { layer, indices, table, y } = this;
    layer.checkData(indices.value, rows, indices.shape, "its input");
    const count = rows * indices.rowSize;
    layerKernels().embeddingForward(table.address, indices.value, y.value, count, layer.outputDim);
  }

  backward({ rows }: StepContext): void {
    const { inputDim, outputDim } = this.layer;
    const count = rows * this.indices.rowSize;
    layerKernels().embeddingBackward(
      this.indices.value,
      this.y.gradient,
      this.dTable.address,
      count,
      inputDim,
      outputDim,
    );
  }
}

/** A position in a batch as indices of nested arrays. */
function placeOf(position: number, shape: Shape): string {
  let left = position;
  let place = "";
  for (const size of shape.slice(1).reverse()) {
    const length = size ?? 1;
    place = `[${left % length}]${place}`;
    left = Math.floor(left / length);
  }
  return `[${left}]${place}`;
}
