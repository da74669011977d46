import type { ConstraintSpec } from "../constraints/index.js";
import { LanegradError, show, showShape } from "../errors.js";
import { addActivityPenalty } from "../graph/activityPenalty.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape, SymbolicTensor } from "../graph/symbolic.js";
import type { InitializerSpec } from "../initializers/index.js";
import { flag, fraction, positiveInteger, seedNumber, shapeOption } from "../options.js";
import type { RegularizerSpec } from "../regularizers/index.js";
import { attentionKernels } from "../runtime/kernels/attention.js";
import { sizeOf } from "../tensor/nested.js";
import { attentionShape, inputList, namedInputs } from "./attentionInputs.js";
import type { AttentionArguments, AttentionInputs, AttentionShape } from "./attentionInputs.js";
import { AttentionOperation } from "./attentionOperation.js";
import type { AttentionParts } from "./attentionOperation.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { asMatrix, Projection } from "./projection.js";
import { settingNames, WeightSettings } from "./weightSettings.js";

export type { AttentionArguments, AttentionInputs };

/** Options of `layers.multiHeadAttention`. */
export interface MultiHeadAttentionOptions extends LayerOptions {
  /** The number of heads, each of which asks for something of its own. */
  numHeads: number;
  /** Values of a query and of a key in each head. */
  keyDim: number;
  /** Values of a value in each head. Default `keyDim`. */
  valueDim?: number;
  /** The share of the scores that training sets to zero. Default 0. */
  dropout?: number;
  /** Whether the four products have a bias each. Default true. */
  useBias?: boolean;
  /** The axes of an output after batch and steps. Default the features of the query. */
  outputShape?: number | readonly number[];
  /** Whether each target sees the source up to its own place alone, not what comes later. Default false. */
  useCausalMask?: boolean;
  /**
   * Whether the scores come out too: `applyAll` gives [output, scores], scores [batch, heads, targetSteps, sourceSteps]
   * after the softmax and before dropout. Default false.
   */
  returnAttentionScores?: boolean;
  /** Makes the masks of dropout depend on this seed alone. Default: the seed of the model and the layer's place. */
  seed?: number;
  /** Of all four kernels. Default "glorotUniform". */
  kernelInitializer?: InitializerSpec;
  /** Of all four biases. Default "zeros". */
  biasInitializer?: InitializerSpec;
  /** A penalty on each kernel, added to the loss. Default none. */
  kernelRegularizer?: RegularizerSpec;
  /** A penalty on each bias, added to the loss. Default none. */
  biasRegularizer?: RegularizerSpec;
  /**
   * A penalty on what each of the four products gives, added to the loss, divided by the rows of the batch, as in Keras.
   * Not together with `returnAttentionScores`. Default none.
   */
  activityRegularizer?: RegularizerSpec;
  /** What each kernel is held to after each step of training. Default none. */
  kernelConstraint?: ConstraintSpec;
  /** What each bias is held to after each step of training. Default none. */
  biasConstraint?: ConstraintSpec;
}

const OPTIONS = [
  "numHeads",
  "keyDim",
  "valueDim",
  "dropout",
  "useBias",
  "outputShape",
  "useCausalMask",
  "returnAttentionScores",
  "seed",
];

const MASKS = ["attentionMask", "queryMask", "keyMask", "valueMask"] as const;

/** The products of the layer, in Keras's order of weights. */
interface Projections {
  readonly query: Projection;
  readonly key: Projection;
  readonly value: Projection;
  readonly output: Projection;
}

/** Attention of several heads (Vaswani et al. 2017; Keras's MultiHeadAttention). */
export class MultiHeadAttention extends Layer {
  readonly className = "MultiHeadAttention";
  /** The option `numHeads`. */
  readonly numHeads: number;
  /** The option `keyDim`. */
  readonly keyDim: number;
  /** The option `valueDim`. */
  readonly valueDim: number;
  /** The option `dropout`. */
  readonly dropout: number;
  /** The option `useBias`. */
  readonly useBias: boolean;
  /** The option `outputShape`. */
  readonly outputShape: readonly number[] | undefined;
  /** The option `useCausalMask`. */
  readonly useCausalMask: boolean;
  /** The option `returnAttentionScores`. */
  readonly returnAttentionScores: boolean;
  /** The option `seed`. */
  readonly seed: number | undefined;
  readonly #settings: WeightSettings<"kernel" | "bias">;
  #projections: Projections | undefined;

  constructor(options: MultiHeadAttentionOptions) {
    super("multiHeadAttention", options, [...OPTIONS, ...settingNames("kernel", "bias")]);
    const { outputShape, seed } = options;
    this.numHeads = positiveInteger("numHeads", options.numHeads);
    this.keyDim = positiveInteger("keyDim", options.keyDim);
    this.valueDim = positiveInteger("valueDim", options.valueDim ?? options.keyDim);
    this.dropout = fraction("dropout", options.dropout ?? 0);
    this.useBias = flag("useBias", options.useBias ?? true);
    if (outputShape !== undefined) {
      this.outputShape = shapeOption(
        "outputShape",
        typeof outputShape === "number" ? [outputShape] : outputShape,
      );
    }
    this.useCausalMask = flag("useCausalMask", options.useCausalMask ?? false);
    this.returnAttentionScores = flag("returnAttentionScores", options.returnAttentionScores ?? false);
    if (seed !== undefined) this.seed = seedNumber("seed", seed);
    if (this.returnAttentionScores && this.activityRegularizer !== undefined) {
      throw new LanegradError(
        "INVALID_OPTION",
        `activityRegularizer is for layers without returnAttentionScores. Received: activityRegularizer=${show(options.activityRegularizer)}, returnAttentionScores=true`,
      );
    }
    this.#settings = new WeightSettings({ kernel: "glorotUniform", bias: "zeros" }, options);
  }

  /**
   * Uses the layer on tensors of a model that is being described.
   *
   * @param inputs a sequence that asks itself, [query, value], [query, value, key], or these by name, with an
   * `attentionMask` if there is one
   * @param others nothing: `apply(query, value)` of Keras is `apply([query, value])`
   * @returns the output [batch, targetSteps, ...outputShape]; with `returnAttentionScores` use `applyAll`
   * @throws LanegradError SHAPE_MISMATCH if the shapes do not go together, UNKNOWN_OPTION for another name,
   * INVALID_OPTION if there are two outputs
   */
  override apply(inputs: AttentionArguments, ...others: never[]): SymbolicTensor {
    return super.apply(inputs as SymbolicTensor, ...others);
  }

  /**
   * The same for any number of outputs: [output], or with `returnAttentionScores` [output, scores].
   *
   * @throws LanegradError SHAPE_MISMATCH if the shapes do not go together, UNKNOWN_OPTION for another name
   */
  override applyAll(inputs: AttentionArguments, ...others: never[]): readonly SymbolicTensor[] {
    return super.applyAll(inputList(this.name, inputs), ...others);
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const { numHeads, keyDim, valueDim } = this;
    const [query, value, key] = attentionShape(this.name, inputShapes).features;
    const output = this.outputShape ?? [query];
    this.#projections = {
      query: this.#project("query", [query], [numHeads, keyDim]),
      key: this.#project("key", [key], [numHeads, keyDim]),
      value: this.#project("value", [value], [numHeads, valueDim]),
      output: this.#project("attentionOutput", [numHeads, valueDim], output),
    };
  }

  override get supportsMasking(): boolean {
    return true;
  }

  /** @internal The output has the mask of the query; those of value and key end here. */
  override passMasks(_plan: PlanBuilder, [query]: readonly Slot[], [y]: readonly Slot[]): void {
    y.mask = query.mask;
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    return this.outputShapes(inputShapes)[0];
  }

  /** @internal */
  override outputShapes(inputShapes: readonly Shape[]): readonly Shape[] {
    const { targets, sources, features } = this.#check(inputShapes);
    const [batch] = inputShapes[0];
    const output = [batch, targets, ...(this.outputShape ?? [features[0]])];
    return this.returnAttentionScores ? [output, [batch, this.numHeads, targets, sources]] : [output];
  }

  /** @internal */
  override call(plan: PlanBuilder, inputs: readonly Slot[]): Slot {
    return this.callAll(plan, inputs)[0];
  }

  /** @internal */
  override callAll(plan: PlanBuilder, inputs: readonly Slot[]): readonly Slot[] {
    const { query, value, key, attentionMask } = namedInputs(inputs);
    const projections = this.#projections as Projections;
    const [shape, scoresShape] = this.outputShapes(inputs.map((slot) => slot.shape));
    const project = (projection: Projection, x: Slot): Slot => {
      const y = projection.apply(plan, x, [...x.shape.slice(0, -1), projection.shape[1]]);
      const { activityRegularizer } = this;
      if (activityRegularizer !== undefined && plan.purpose.hasLoss)
        addActivityPenalty(plan, activityRegularizer, y);
      return y;
    };
    const [q, k, v] = [
      project(projections.query, query),
      project(projections.key, key),
      project(projections.value, value),
    ];
    const masks = {
      attentionMask,
      queryMask: query.mask?.slot,
      keyMask: key.mask?.slot,
      valueMask: value.mask?.slot,
    };
    const { o, scores } = this.#attend(plan, [q, k, v], masks, scoresShape);
    const y = projections.output.apply(plan, o, shape);
    return scores === undefined ? [y] : [y, scores];
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      numHeads: this.numHeads,
      keyDim: this.keyDim,
      valueDim: this.valueDim,
      dropout: this.dropout,
      useBias: this.useBias,
      outputShape: this.outputShape,
      useCausalMask: this.useCausalMask,
      returnAttentionScores: this.returnAttentionScores,
      seed: this.seed,
      ...this.#settings.getConfig(),
    };
  }

  /** Takes down what is between the projections. */
  #attend(
    plan: PlanBuilder,
    [q, k, v]: readonly [Slot, Slot, Slot],
    masks: Pick<AttentionParts, (typeof MASKS)[number]>,
    scoresShape: Shape | undefined,
  ): { o: Slot; scores: Slot | undefined } {
    const { numHeads, keyDim, valueDim, dropout, useCausalMask, returnAttentionScores } = this;
    const { training, backward } = plan.purpose;
    const [targets, sources] = [Number(q.shape[1]), Number(k.shape[1])];
    const rate = training ? dropout : 0;
    const inputs = [q, k, v, ...MASKS.flatMap((name) => masks[name] ?? [])];
    const o = plan.output([...q.shape.slice(0, -1), numHeads * valueDim], inputs);
    const scores = scoresShape === undefined ? undefined : plan.output(scoresShape, [q, k]);
    const keeps = scores === undefined && backward;
    plan.add(
      new AttentionOperation({
        heads: numHeads,
        targets,
        sources,
        keyDim,
        valueDim,
        isCausal: useCausalMask,
        // Keras's fused kernels average, and its other way, for scores that are returned or dropped, gives zeros.
        averagesAll: dropout === 0 && !returnAttentionScores,
        q,
        k,
        v,
        ...masks,
        o,
        scores,
        kept: keeps ? plan.temporary(numHeads * targets * sources, true) : undefined,
        scratch: plan.scratch(attentionKernels().attentionScratchFloats(targets, sources)),
        rate,
        maskKey: rate > 0 ? plan.maskKey(this.seed) : undefined,
        dQ: plan.gradientOf(q),
        dK: plan.gradientOf(k),
        dV: plan.gradientOf(v),
      }),
    );
    return { o, scores };
  }

  #project(name: string, inputs: readonly number[], outputs: readonly number[]): Projection {
    const depth = sizeOf(inputs);
    const options = asMatrix(this.#settings.of("kernel", [...inputs, ...outputs]), depth);
    const kernel = this.addWeight({ ...options, name: `${name}/kernel` });
    const bias = this.useBias
      ? this.addWeight({ ...this.#settings.of("bias", outputs), name: `${name}/bias` })
      : undefined;
    return new Projection(kernel, bias, depth);
  }

  #check(shapes: readonly Shape[]): AttentionShape {
    const checked = attentionShape(this.name, shapes);
    if (this.#projections === undefined) return checked;
    const { query, value, key } = this.#projections;
    const built = [query, value, key].map(({ shape }) => shape[0]);
    if (checked.features.every((features, i) => features === built[i])) return checked;
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${this.name} was built for a query, value and key whose last axes are ${built.join(", ")}. Received: shapes ${shapes.map(showShape).join(", ")}`,
    );
  }
}
