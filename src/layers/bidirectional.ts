import { LanegradError, OF_THIS_ENTRY, show } from "../errors.js";
import { invalidOption } from "../options.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { camelCase } from "../registry.js";
import type { Block } from "../runtime/memory.js";
import { Add } from "./add.js";
import { Average } from "./average.js";
import { Concatenate } from "./concatenate.js";
import { GRU } from "./gru.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { LSTM } from "./lstm.js";
import { Multiply } from "./multiply.js";
import { Recurrent } from "./recurrent.js";
import type { RecurrentOptions } from "./recurrent.js";
import { checkSameRows } from "./recurrentState.js";
import { SimpleRNN } from "./simpleRNN.js";
import { wrapperOptions } from "./wrapperOptions.js";

/** A recurrent layer as configurations have it. */
export interface RecurrentConfig {
  /** "SimpleRNN", "LSTM" or "GRU". */
  readonly className: string;
  /** What the layer's `getConfig` returned. */
  readonly config: object;
}

/** Options of `layers.bidirectional`. */
export interface BidirectionalOptions extends LayerOptions {
  /** What `simpleRNN`, `lstm` or `gru` returned: the layers inside are made after it and begin anew, as in Keras. */
  layer: Recurrent | RecurrentConfig;
  /** The other direction, where it has other options. Default: the same layer with `goBackwards`. */
  backwardLayer?: Recurrent | RecurrentConfig;
  /** What becomes of the two outputs: one beside the other, sum, product, average, or both as they are. Default concat. */
  mergeMode?: "concat" | "sum" | "mul" | "ave" | null;
}

const CLASSES = new Map<unknown, new (options: never) => Recurrent>(Object.entries({ SimpleRNN, LSTM, GRU }));

const MERGES = new Map<unknown, new () => Layer>(
  Object.entries({ concat: Concatenate, sum: Add, mul: Multiply, ave: Average }),
);

/** Two recurrent layers that go through a sequence in opposite directions. */
export class Bidirectional extends Layer {
  readonly className = "Bidirectional";
  /** The option `mergeMode`. */
  readonly mergeMode: "concat" | "sum" | "mul" | "ave" | null;
  override readonly stateful: boolean;
  readonly #forward: Recurrent;
  readonly #backward: Recurrent;
  readonly #merge: Layer | undefined;

  constructor(options: BidirectionalOptions) {
    super("bidirectional", wrapperOptions("bidirectional", options), ["layer", "backwardLayer", "mergeMode"]);
    const { layer, backwardLayer, mergeMode = "concat" } = options;
    this.#forward = copyOf("layer", layer);
    this.#backward =
      backwardLayer === undefined
        ? copyOf("layer", layer, { goBackwards: true })
        : copyOf("backwardLayer", backwardLayer);
    const Merge = MERGES.get(mergeMode);
    if (mergeMode !== null && Merge === undefined) {
      throw invalidOption("mergeMode", "one of concat, sum, mul, ave and null", mergeMode);
    }
    this.mergeMode = mergeMode;
    this.#merge = Merge && new Merge();
    checkDirections(this.#forward, this.#backward);
    this.#backward.flipsOutputs = true;
    this.stateful = this.#forward.stateful || this.#backward.stateful;
  }

  override get supportsMasking(): boolean {
    return true;
  }

  override get trainable(): boolean {
    return super.trainable;
  }

  /** Sets the flag of both directions as well, as in Keras. */
  override set trainable(value: boolean) {
    super.trainable = value;
    for (const layer of [this.#forward, this.#backward]) layer.trainable = value;
    for (const weight of this.weights) weight.isTrained = value;
  }

  /** @internal Outputs of all steps have the mask of the sequence. */
  override passMasks(_plan: PlanBuilder, [x]: readonly Slot[], outputs: readonly Slot[]): void {
    if (!this.#forward.returnSequences) return;
    outputs[0].mask = x.mask;
    if (this.#merge === undefined) outputs[1].mask = x.mask;
  }

  /** @internal */
  override checkBatchRows(trained: readonly number[], validated: readonly number[]): void {
    checkSameRows(this, trained, validated);
  }

  override resetState(): void {
    this.#forward.resetState();
    this.#backward.resetState();
  }

  /** @internal */
  override blocks(rows: number): Block[] {
    return [...super.blocks(rows), ...this.#forward.blocks(rows), ...this.#backward.blocks(rows)];
  }

  override dispose(): void {
    super.dispose();
    this.#forward.dispose();
    this.#backward.dispose();
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const [forward, backward] = this.#inputs(inputShapes);
    const within = (layer: Recurrent, prefix: string, shapes: readonly Shape[]): void =>
      layer.buildWithin((options) => {
        const name = camelCase(`${prefix}_${options.name}`);
        return this.addWeight({ ...options, isTrained: layer.trainable, name });
      }, shapes);
    within(this.#forward, "forward", forward);
    within(this.#backward, "backward", backward);
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    return this.outputShapes(inputShapes)[0];
  }

  /** @internal */
  override outputShapes(inputShapes: readonly Shape[]): readonly Shape[] {
    const [forward, backward] = this.#inputs(inputShapes);
    const [y, ...states] = this.#forward.outputShapes(forward);
    const [other, ...otherStates] = this.#backward.outputShapes(backward);
    const merged = this.#merge === undefined ? [y, other] : [this.#merge.computeOutputShape([y, other])];
    return [...merged, ...states, ...otherStates];
  }

  /** @internal */
  override call(plan: PlanBuilder, inputs: readonly Slot[]): Slot {
    return this.callAll(plan, inputs)[0];
  }

  /** @internal */
  override callAll(plan: PlanBuilder, inputs: readonly Slot[]): readonly Slot[] {
    const [forward, backward] = this.#inputs(inputs);
    const [y, ...states] = this.#forward.callAll(plan, forward);
    const [other, ...otherStates] = this.#backward.callAll(plan, backward);
    const merged = this.#merge === undefined ? [y, other] : [this.#merge.call(plan, [y, other])];
    return [...merged, ...states, ...otherStates];
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      layer: configOf(this.#forward),
      backwardLayer: configOf(this.#backward),
      mergeMode: this.mergeMode,
    };
  }

  /** What goes into either layer: the sequence, and of the states, if there are any, its own. */
  #inputs<T>([sequence, ...states]: readonly T[]): [T[], T[]] {
    const own = this.#forward.stateCount;
    const count = own + this.#backward.stateCount;
    if (states.length !== 0 && states.length !== count) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} takes a sequence, or a sequence and ${count} states. Received: ${1 + states.length} inputs`,
      );
    }
    return [
      [sequence, ...states.slice(0, own)],
      [sequence, ...states.slice(own)],
    ];
  }
}

function configOf(layer: Recurrent): RecurrentConfig {
  return { className: layer.className, config: layer.getConfig() };
}

/** A layer made after another, or after a configuration. */
function copyOf(option: string, given: unknown, changes: object = {}): Recurrent {
  const described: unknown = given instanceof Recurrent ? configOf(given) : given;
  const { className, config } = Object(described) as Partial<RecurrentConfig>;
  const Class = CLASSES.get(className);
  if (Class === undefined || typeof config !== "object" || config === null) {
    throw invalidOption(
      option,
      `what layers.simpleRNN, layers.lstm or layers.gru returned, ${OF_THIS_ENTRY}`,
      given,
    );
  }
  // As in Keras, so that both directions have zeros where a sequence has ended.
  const { returnSequences: zeroOutputForMask = false } = config as RecurrentOptions;
  const layer = new Class({ ...config, ...changes, zeroOutputForMask } as never);
  if (layer.activityRegularizer === undefined) return layer;
  throw new LanegradError(
    "INVALID_OPTION",
    `${option} must have no activityRegularizer: give it to bidirectional itself. Received: ${option}=${show(layer.name)}`,
  );
}

/** @throws LanegradError INVALID_OPTION unless the layers go together */
function checkDirections(forward: Recurrent, backward: Recurrent): void {
  const shown = (layer: Recurrent, goBackwards = layer.goBackwards): string => {
    const { returnSequences, returnState } = layer;
    return JSON.stringify({ goBackwards, returnSequences, returnState });
  };
  if (shown(forward) === shown(backward, !backward.goBackwards)) return;
  throw new LanegradError(
    "INVALID_OPTION",
    `layer and backwardLayer must differ in goBackwards and have the same returnSequences and returnState. Received: layer=${shown(forward)}, backwardLayer=${shown(backward)}`,
  );
}
