import { toConstraint } from "../constraints/spec.js";
import type { ConstraintSpec } from "../constraints/index.js";
import { LanegradError, show, showShape } from "../errors.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import { toInitializer } from "../initializers/spec.js";
import type { InitializerSpec } from "../initializers/index.js";
import { checkKeys, flag, invalidOption, nonNegativeInteger, shapeOption, textOption } from "../options.js";
import { snakeCase } from "../registry.js";
import { toRegularizer } from "../regularizers/spec.js";
import type { RegularizerSpec } from "../regularizers/index.js";
import { checkOwnMethod } from "../saving/ownMethods.js";
import { nameOfPart } from "../saving/registry.js";
import { CustomLayerOperation } from "./customOperation.js";
import type { CustomLayerBackward, CustomLayerForward } from "./customOperation.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";

/** What `addWeight` takes. */
export interface CustomWeightOptions {
  /** The name, unique within the layer: the key of its values in `weights`. */
  name: string;
  /** Without an axis for the batch; [] for a single number. */
  shape: readonly number[];
  /** Default "glorotUniform". */
  initializer?: InitializerSpec;
  /** A penalty on the weight, added to the loss. Default none. */
  regularizer?: RegularizerSpec;
  /** What the weight is held to after each step. Default none. */
  constraint?: ConstraintSpec;
  /** Whether an optimizer changes it. Default true. */
  isTrained?: boolean;
}

/** Members of `Layer` that the types do not show, so that nobody else warns of one of the same name. */
const RESERVED = [
  "adopt",
  "bindWeights",
  "blocks",
  "call",
  "callAll",
  "checkBatchRows",
  "checkData",
  "describe",
  "forgetUse",
  "givenName",
  "kindName",
  "nameAutomatically",
  "nested",
  "noteUse",
  "outputActivation",
  "outputShapes",
  "passMasks",
  "readWeight",
  "unbuild",
  "writeWeight",
] as const;

const WEIGHT_OPTIONS = ["name", "shape", "initializer", "regularizer", "constraint", "isTrained"];

/**
 * A layer of one's own, in TypeScript, with one or several inputs and one output. A subclass makes its weights
 * in `build`, says the shape of its output, and computes it in `forward` and the gradients in `backward`.
 *
 * What these two get are views of the kernels' memory, row-major, the batch first: true during the call only.
 * Do not keep them, write only into `output` and `temporary` or the gradients, and call nothing of Lanegrad
 * meanwhile: it would move or overwrite what the views show.
 *
 * A class that is registered (`registerClass`) is found again when a model with it is loaded: its constructor
 * is called with what `getConfig` returned.
 *
 * @example
 * class Scale extends layers.CustomLayer {
 *   build([shape]) {
 *     this.addWeight({ name: "scale", shape: [shape.at(-1)], initializer: "ones" });
 *   }
 *   forward({ inputs: [x], output, weights: { scale } }) {
 *     for (let i = 0; i < x.length; i++) output[i] = x[i] * scale[i % scale.length];
 *   }
 *   backward({ inputs: [x], weights: { scale }, dOutput, dInputs: [dX], dWeights: { scale: dScale } }) {
 *     for (let i = 0; i < x.length; i++) {
 *       if (dX) dX[i] = dOutput[i] * scale[i % scale.length];
 *       if (dScale) dScale[i % scale.length] += dOutput[i] * x[i];
 *     }
 *   }
 * }
 */
export abstract class CustomLayer extends Layer {
  /**
   * @param options those of every layer; a class with options of its own takes them out first
   * @throws LanegradError UNKNOWN_OPTION or INVALID_OPTION
   */
  constructor(options: LayerOptions = {}) {
    super(new.target.name || "a custom layer", options, []);
  }

  /** The name that the class is registered with; its own name if it is not. */
  override get className(): string {
    return nameOfPart(this);
  }

  /** @internal Without what may stand before the name of a registered class: "my/Scale" is a scale. */
  override get kindName(): string {
    return snakeCase(this.className.replace(/^.*[^A-Za-z0-9_]/, "")) || "custom_layer";
  }

  /**
   * Makes the weights, by `addWeight`, before the layer is used for the first time. Default: none.
   *
   * @param inputShapes the shape of each input; null is the axis of the batch
   */
  protected override build(_inputShapes: readonly Shape[]): void {}

  /** The shape of the output, [null, ...]. Default: that of the first input. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    return inputShapes[0];
  }

  /**
   * How many floats `temporary` holds for each row: what `forward` leaves there, `backward` finds. Default 0.
   *
   * @param inputShapes the shape of each input
   */
  temporaryFloatsPerRow(_inputShapes: readonly Shape[]): number {
    return 0;
  }

  /** Computes the output: every value must be written. */
  abstract forward(call: CustomLayerForward): void;

  /**
   * Computes the gradients from `dOutput`. Those that nobody wants are null; the others arrive as zeros. After
   * `forward` on the same batch, and not at all where no gradient is wanted.
   */
  abstract backward(call: CustomLayerBackward): void;

  /**
   * Adds a weight; to be called in `build`.
   *
   * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options, or if the layer
   * is built already
   */
  protected override addWeight(options: CustomWeightOptions): Weight {
    checkKeys(`addWeight of ${this.name}`, options, WEIGHT_OPTIONS);
    const name = textOption("name", options.name);
    if (this.isBuilt || this.weights.some((weight) => weight.name === name)) {
      const why = this.isBuilt ? "must be added in build" : "must have different names";
      throw new LanegradError(
        "INVALID_OPTION",
        `weights of ${this.name} ${why}. Received: name=${show(name)}`,
      );
    }
    return super.addWeight({
      name,
      shape: shapeOption("shape", options.shape),
      initializer: toInitializer("initializer", options.initializer ?? "glorotUniform"),
      regularizer: toRegularizer("regularizer", options.regularizer),
      constraint: toConstraint("constraint", options.constraint),
      isTrained: flag("isTrained", options.isTrained ?? true),
    });
  }

  /**
   * Whether the output carries the mask of the first input that has one; `forward` and `backward` find those of all inputs in
   * `masks`. A layer that leaves this false loses the mask, with a warning. Default false.
   */
  override get supportsMasking(): boolean {
    return false;
  }

  /** @internal */
  protected override buildOnce(shapes: readonly Shape[]): void {
    this.#checkMembers();
    super.buildOnce(shapes);
  }

  /** @internal */
  override outputShapes(inputShapes: readonly Shape[]): readonly Shape[] {
    return [this.#outputShape(inputShapes)];
  }

  /** @internal */
  override call(plan: PlanBuilder, inputs: readonly Slot[]): Slot {
    const shapes = inputs.map(({ shape }) => shape);
    const masks = inputs.flatMap(({ mask }) => mask?.slot ?? []);
    const y = plan.output(this.#outputShape(shapes), [...inputs, ...masks], this.weights);
    const floats = nonNegativeInteger("temporaryFloatsPerRow", this.temporaryFloatsPerRow(shapes));
    const operation = new CustomLayerOperation(
      this,
      plan.purpose.training,
      inputs,
      y,
      { pointer: plan.temporary(floats, true), floats },
      plan.maskKey(undefined),
      {
        inputs: inputs.map((x) => plan.gradientOf(x)),
        weights: this.weights.map((weight) => plan.gradientOfWeight(weight)),
      },
    );
    plan.add(operation);
    return y;
  }

  /** A class that says `call` as in Keras, or calls something of its own `blocks`, would break what layers share. */
  #checkMembers(): void {
    const member = reservedMember(this);
    if (member !== undefined) {
      throw invalidOption(
        `${this.className}.${member}`,
        "left to Lanegrad; what a layer computes goes into forward and backward",
        this[member],
      );
    }
    checkOwnMethod(this, "forward");
  }

  #outputShape(inputShapes: readonly Shape[]): Shape {
    const shape: unknown = this.computeOutputShape(inputShapes);
    const isShape =
      Array.isArray(shape) &&
      shape[0] === null &&
      shape.slice(1).every((size) => Number.isInteger(size) && size > 0);
    if (isShape) return shape as unknown as Shape;
    const received = Array.isArray(shape) ? showShape(shape) : show(shape);
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `computeOutputShape of ${this.name} must return [null, ...sizes]. Received: ${received}`,
    );
  }
}

/** The first of those members that a layer has of its own, or from a class between it and this one. */
function reservedMember(layer: CustomLayer): (typeof RESERVED)[number] | undefined {
  for (
    let part: object = layer;
    part !== CustomLayer.prototype;
    part = Object.getPrototypeOf(part) as object
  ) {
    const member = RESERVED.find((name) => Object.hasOwn(part, name));
    if (member !== undefined) return member;
  }
  return undefined;
}
