// What simple recurrent layers, LSTM and GRU have in common.
import { toActivation } from "../activations/activation.js";
import type { Activation, ActivationSpec } from "../activations/activation.js";
import { definitions } from "../activations/definitions.js";
import type { ConstraintSpec } from "../constraints/index.js";
import { LanegradError, show, showShape } from "../errors.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight, WeightOptions } from "../graph/weight.js";
import type { InitializerSpec } from "../initializers/index.js";
import { Orthogonal } from "../initializers/orthogonal.js";
import { flag, fraction, positiveInteger, seedNumber } from "../options.js";
import type { RegularizerSpec } from "../regularizers/index.js";
import type { Block } from "../runtime/memory.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { takeDownSequence } from "./recurrentParts.js";
import type { SequenceParts, SequenceWeights } from "./recurrentParts.js";
import type { RecurrentOperation } from "./recurrentOperation.js";
import { checkSameRows, RecurrentState } from "./recurrentState.js";
import { settingNames, WeightSettings } from "./weightSettings.js";

/** Options of every recurrent layer. */
export interface RecurrentOptions extends LayerOptions {
  /** The number of values in a state, and of outputs. */
  units: number;
  /**
   * Of what a step adds to the state. Default tanh; one of linear, relu, leakyRelu, sigmoid, tanh, exponential, elu,
   * selu, softsign, hardSigmoid, piecewiseLinear, unitStep and sign.
   */
  activation?: ActivationSpec;
  /** Default true. */
  useBias?: boolean;
  /** Of the weights of the inputs. Default "glorotUniform". */
  kernelInitializer?: InitializerSpec;
  /** Of the weights of the states. Default "orthogonal". */
  recurrentInitializer?: InitializerSpec;
  /** Default "zeros". */
  biasInitializer?: InitializerSpec;
  /** A penalty on the weights of the inputs, added to the loss. Default none. */
  kernelRegularizer?: RegularizerSpec;
  /** A penalty on the weights of the states, added to the loss. Default none. */
  recurrentRegularizer?: RegularizerSpec;
  /** A penalty on the bias, added to the loss. Default none. */
  biasRegularizer?: RegularizerSpec;
  /** What the weights of the inputs are held to after each step of training. Default none. */
  kernelConstraint?: ConstraintSpec;
  /** What the weights of the states are held to after each step of training. Default none. */
  recurrentConstraint?: ConstraintSpec;
  /** What the bias is held to after each step of training. Default none. */
  biasConstraint?: ConstraintSpec;
  /**
   * The share of the inputs' features that training sets to zero, the same ones in all time steps of a row and for all
   * gates. (Keras has masks of their own for the gates where `recurrentDropout` is not 0.) Default 0.
   */
  dropout?: number;
  /** The share of the states' values that the product with their weights does not see, likewise. Default 0. */
  recurrentDropout?: number;
  /** Makes the masks of dropout depend on this seed alone. Default: the seed of the model and the layer's place. */
  seed?: number;
  /** Whether the outputs of all time steps are wanted rather than that of the last. Default false. */
  returnSequences?: boolean;
  /** Whether the last state comes out too; `applyAll` gives [output, state], for LSTM [output, h, c]. Default false. */
  returnState?: boolean;
  /** Whether the steps are taken from the last to the first; outputs come in that order. Default false. */
  goBackwards?: boolean;
  /**
   * Whether each row starts from the state that the same row of the batch before left, in fit, evaluate and predict alike,
   * until `resetStates`. All batches must have the same number of rows then. Default false: every batch starts from 0.
   */
  stateful?: boolean;
  /** Whether steps that a mask leaves out put out zeros rather than what the step before put out. Default false. */
  zeroOutputForMask?: boolean;
}

const OPTIONS = [
  "units",
  "activation",
  "useBias",
  "dropout",
  "recurrentDropout",
  "seed",
  "returnSequences",
  "returnState",
  "goBackwards",
  "stateful",
  "zeroOutputForMask",
];

const WEIGHTS = ["kernel", "recurrent", "bias"] as const;

/**
 * The activation of a recurrent layer: one of those that its kernels have. null is none of them: in Keras it means
 * linear, not the standard one.
 *
 * @throws LanegradError INVALID_OPTION for another, and whatever `toActivation` throws
 */
export function stepActivation(
  option: string,
  standard: ActivationSpec,
  spec: ActivationSpec = standard,
): Activation {
  const activation = toActivation(option, spec);
  if (typeof activation.kind === "number") return activation;
  const names = Object.keys(definitions).filter((name) => name !== "softmax");
  throw new LanegradError(
    "INVALID_OPTION",
    `${option} of a recurrent layer must be one of ${names.join(", ")}. Received: ${option}=${show(spec)}`,
  );
}

/** A layer that goes through the time steps of [batch, steps, features] with a state. */
export abstract class Recurrent extends Layer {
  /** The option `units`. */
  readonly units: number;
  /** The option `activation`, with all of its own. */
  readonly activation: Activation;
  /** The option `useBias`. */
  readonly useBias: boolean;
  /** The option `dropout`. */
  readonly dropout: number;
  /** The option `recurrentDropout`. */
  readonly recurrentDropout: number;
  /** The option `seed`. */
  readonly seed: number | undefined;
  /** The option `returnSequences`. */
  readonly returnSequences: boolean;
  /** The option `returnState`. */
  readonly returnState: boolean;
  /** The option `goBackwards`. */
  readonly goBackwards: boolean;
  override readonly stateful: boolean;
  /** The option `zeroOutputForMask`. */
  readonly zeroOutputForMask: boolean;
  /** How many products go into a step: the gates, and what is added to the state. */
  protected abstract readonly gates: number;
  /** @internal How many tensors [batch, units] a state is. */
  readonly stateCount: number = 1;
  readonly #settings: WeightSettings<(typeof WEIGHTS)[number]>;
  #weights: SequenceWeights | undefined;
  #state: RecurrentState | undefined;
  /** @internal Whether the outputs of all steps come in the reverse of the order in which they are made. */
  flipsOutputs = false;

  protected constructor(kind: string, options: RecurrentOptions, known: readonly string[]) {
    super(kind, options, [...OPTIONS, ...known, ...settingNames(...WEIGHTS)]);
    this.units = positiveInteger("units", options.units);
    this.activation = stepActivation("activation", "tanh", options.activation);
    this.useBias = flag("useBias", options.useBias ?? true);
    this.dropout = fraction("dropout", options.dropout ?? 0);
    this.recurrentDropout = fraction("recurrentDropout", options.recurrentDropout ?? 0);
    if (options.seed !== undefined) this.seed = seedNumber("seed", options.seed);
    this.returnSequences = flag("returnSequences", options.returnSequences ?? false);
    this.returnState = flag("returnState", options.returnState ?? false);
    this.goBackwards = flag("goBackwards", options.goBackwards ?? false);
    this.stateful = flag("stateful", options.stateful ?? false);
    this.zeroOutputForMask = flag("zeroOutputForMask", options.zeroOutputForMask ?? false);
    const standard = { kernel: "glorotUniform", recurrent: new Orthogonal({}), bias: "zeros" } as const;
    this.#settings = new WeightSettings(standard, options);
  }

  /** @internal What it keeps from batch to batch, if it is stateful. */
  get state(): RecurrentState | undefined {
    if (this.stateful) this.#state ??= new RecurrentState(this.stateCount, this.units);
    return this.#state;
  }

  override get supportsMasking(): boolean {
    return true;
  }

  /** @internal Outputs of all steps have the mask of the sequence, in their order. */
  override passMasks(plan: PlanBuilder, [x]: readonly Slot[], [y]: readonly Slot[]): void {
    if (!this.returnSequences) return;
    y.mask = this.goBackwards === this.flipsOutputs ? x.mask : x.mask?.reversed(plan);
  }

  /** @internal */
  override checkBatchRows(trained: readonly number[], validated: readonly number[]): void {
    checkSameRows(this, trained, validated);
  }

  override resetState(): void {
    this.#state?.forget();
  }

  /** @internal */
  override blocks(rows: number): Block[] {
    const own = this.state?.block(rows);
    return own === undefined ? super.blocks(rows) : [...super.blocks(rows), own];
  }

  override dispose(): void {
    super.dispose();
    this.#state?.moveOut();
  }

  /** @internal The bias, where another is wanted than one value for each column of the kernels. */
  protected biasOptions(options: WeightOptions): WeightOptions {
    return options;
  }

  /** @internal What computes the layer in a plan. */
  protected abstract operation(plan: PlanBuilder, parts: SequenceParts): RecurrentOperation;

  protected override build(inputShapes: readonly Shape[]): void {
    this.buildWithin((options) => this.addWeight(options), inputShapes);
  }

  /** @internal Makes the weights, which may belong to a layer around this one. */
  buildWithin(addWeight: (options: WeightOptions) => Weight, inputShapes: readonly Shape[]): void {
    const { units } = this;
    const columns = this.gates * units;
    const { features } = this.#sequence(inputShapes);
    const kernel = addWeight(this.#settings.of("kernel", [features, columns]));
    const recurrentOptions = this.#settings.of("recurrent", [units, columns]);
    const recurrent = addWeight({ ...recurrentOptions, name: "recurrentKernel" });
    const bias = this.useBias ? addWeight(this.biasOptions(this.#settings.of("bias", [columns]))) : undefined;
    this.#weights = { kernel, recurrent, bias };
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const { steps, features } = this.#sequence(inputShapes);
    const expected = this.#weights?.kernel.shape[0] ?? features;
    if (features !== expected) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} was built for inputs whose last axis is ${expected}. Received: shape ${showShape(inputShapes[0])}`,
      );
    }
    const [batch] = inputShapes[0];
    return this.returnSequences ? [batch, steps, this.units] : [batch, this.units];
  }

  /** @internal */
  override outputShapes(inputShapes: readonly Shape[]): readonly Shape[] {
    const shape = this.computeOutputShape(inputShapes);
    if (!this.returnState) return [shape];
    return [shape, ...Array.from({ length: this.stateCount }, () => [shape[0], this.units])];
  }

  /** @internal */
  override call(plan: PlanBuilder, inputs: readonly Slot[]): Slot {
    return this.callAll(plan, inputs)[0];
  }

  /** @internal */
  override callAll(plan: PlanBuilder, inputs: readonly Slot[]): readonly Slot[] {
    const shapes = this.outputShapes(inputs.map(({ shape }) => shape));
    const weights = this.#weights as SequenceWeights;
    const sequence = this.#sequence(inputs.map(({ shape }) => shape));
    const parts = takeDownSequence(plan, { layer: this, inputs, shapes, weights, ...sequence });
    plan.add(this.operation(plan, parts));
    return [parts.y, ...parts.lastStates];
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      units: this.units,
      activation: this.activation.config,
      useBias: this.useBias,
      dropout: this.dropout,
      recurrentDropout: this.recurrentDropout,
      seed: this.seed,
      returnSequences: this.returnSequences,
      returnState: this.returnState,
      goBackwards: this.goBackwards,
      stateful: this.stateful,
      zeroOutputForMask: this.zeroOutputForMask,
      ...this.#settings.getConfig(),
    };
  }

  /** Checks the shapes of the inputs: a sequence, and the states to start from, if any. */
  #sequence(shapes: readonly Shape[]): { steps: number; features: number } {
    const [shape = [], ...states] = shapes;
    const [, steps, features] = shape;
    if (shape.length !== 3 || steps === null || features === null) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} needs inputs of shape [batch, steps, features]. Received: shape ${showShape(shape)}`,
      );
    }
    const isState = (state: Shape): boolean => state.length === 2 && state[1] === this.units;
    if ((states.length !== 0 && states.length !== this.stateCount) || !states.every(isState)) {
      const what = this.stateCount === 1 ? "a state" : `${this.stateCount} states`;
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} takes a sequence, or a sequence and ${what} of shape [batch, ${this.units}]. Received: ${shapes.length} inputs of shapes ${shapes.map(showShape).join(", ")}`,
      );
    }
    return { steps, features };
  }
}
