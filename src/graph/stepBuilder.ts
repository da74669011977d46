// A part of a plan in which the steps of sequences count as rows.
import type { Layer } from "../layers/layer.js";
import type { MaskKey, Operation, StepContext } from "./operation.js";
import { PlanBuilder } from "./planBuilder.js";
import type { LossTerm } from "./planBuilder.js";
import { Slot } from "./slot.js";
import type { GradientSink, Pointer } from "./slot.js";
import type { Shape } from "./symbolic.js";
import type { Weight } from "./weight.js";

/**
 * Takes layers down in another builder's plan, each row of which is several of theirs: the steps of a sequence, which lie
 * one after another in memory as rows do. Tensors here are those of one step.
 */
export class StepBuilder extends PlanBuilder {
  override readonly lossTerms: LossTerm[];
  readonly #outer: PlanBuilder;
  readonly #steps: number;

  constructor(outer: PlanBuilder, steps: number) {
    super(outer.purpose, []);
    this.lossTerms = outer.lossTerms;
    this.#outer = outer;
    this.#steps = steps;
  }

  /** A tensor of one step as the outer plan has it, with all steps. */
  whole(slot: Slot): Slot {
    return new Slot(this.#shape(slot.shape), slot.storage);
  }

  override enter(layer: Layer): void {
    this.#outer.enter(layer);
  }

  override input(shape: Shape, needsGradient: boolean): Slot {
    return this.alias(this.#outer.input(this.#shape(shape), needsGradient), shape);
  }

  override output(shape: Shape, inputs: readonly Slot[], weights: readonly Weight[] = []): Slot {
    return this.alias(this.#outer.output(this.#shape(shape), inputs, weights), shape);
  }

  override temporary(floats: number, isPerRow: boolean): Pointer {
    return this.#outer.temporary(isPerRow ? floats * this.#steps : floats, isPerRow);
  }

  override scratch(floats: number): Pointer {
    return this.#outer.scratch(floats);
  }

  override afterwards(floats: number): Pointer {
    return this.#outer.afterwards(floats);
  }

  override reserve(floats: number, isPerRow = false): Pointer {
    return this.#outer.reserve(isPerRow ? floats * this.#steps : floats, isPerRow);
  }

  override gradientOf(x: Slot, inForward = false): GradientSink {
    return this.#outer.gradientOf(this.whole(x), inForward);
  }

  override gradientOfWeight(weight: Weight): GradientSink {
    return this.#outer.gradientOfWeight(weight);
  }

  override maskKey(seed: number | undefined): MaskKey {
    return this.#outer.maskKey(seed);
  }

  override add(operation: Operation): void {
    this.#outer.add(new StepsOperation(operation, this.#steps));
  }

  override computed(slot: Slot, layer: Layer): void {
    this.#outer.computed(this.whole(slot), layer);
  }

  override keep(slot: Slot): void {
    this.#outer.keep(slot);
  }

  #shape([batch, ...sizes]: Shape): Shape {
    return [batch, this.#steps, ...sizes];
  }
}

/** An operation on all steps of all rows. */
class StepsOperation implements Operation {
  readonly #operation: Operation;
  readonly #steps: number;

  constructor(operation: Operation, steps: number) {
    this.#operation = operation;
    this.#steps = steps;
  }

  forward(context: StepContext): void {
    this.#run("forward", context);
  }

  backward(context: StepContext): void {
    this.#run("backward", context);
  }

  undo(context: StepContext): void {
    this.#run("undo", context);
  }

  #run(phase: "forward" | "backward" | "undo", context: StepContext): void {
    const { rows } = context;
    context.rows = rows * this.#steps;
    try {
      this.#operation[phase]?.(context);
    } finally {
      context.rows = rows;
    }
  }
}
