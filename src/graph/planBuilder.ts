import type { Layer } from "../layers/layer.js";
import { MaskKey } from "./operation.js";
import type { Operation } from "./operation.js";
import { GradientSink, Pointer, Range, Slot, Storage } from "./slot.js";
import type { Shape } from "./symbolic.js";
import { rowSize } from "./symbolic.js";
import type { Weight } from "./weight.js";

/** What a plan is for. */
export interface PlanPurpose {
  /** Training mode: batch statistics, dropout. */
  readonly training: boolean;
  /** Whether gradients are computed. */
  readonly backward: boolean;
  /** Whether the gradient with respect to the inputs is wanted too. */
  readonly inputGradients: boolean;
  /** Whether the plan ends in a loss, which penalties on outputs are part of. */
  readonly hasLoss: boolean;
  /** The weights that are trained: those whose gradient is wanted and whose penalties count. */
  readonly trained: ReadonlySet<Weight>;
  /** The layers that were not trainable when the model was compiled. */
  readonly frozen: ReadonlySet<Layer>;
}

/** A part of the loss that an operation leaves behind in its forward call. */
export interface LossTerm {
  /** One number. An array, so that it is not boxed. */
  readonly value: Float64Array;
}

/** An operation that was taken down, with what it makes and where its gradients go. */
interface Entry {
  readonly operation: Operation;
  readonly outputs: readonly Storage[];
  readonly sinks: readonly { sink: GradientSink; owner: Storage | Weight }[];
}

/** A gradient that several operations add to: the first writes it, the others write beside it. */
interface SharedGradient {
  readonly pointer: Pointer;
  readonly floats: number;
  readonly isPerRow: boolean;
  sinks: { sink: GradientSink; operation: number; inForward: boolean }[];
  /** Where it is read last; null for the end of the plan. */
  readonly producer: number | null;
}

/** An addition that follows an operation: target += source. */
export interface Accumulation {
  readonly target: Pointer;
  readonly source: Pointer;
  readonly floats: number;
  readonly isPerRow: boolean;
}

/** An operation whose turn it is, with what must be added up after it. */
export interface Step {
  readonly operation: Operation;
  readonly accumulations: readonly Accumulation[];
}

/**
 * Takes down what layers want computed and turns it into a sequence: forward operations in order, then
 * backward operations in reverse. Knows how long every value and gradient must live, and lets several
 * users of one tensor or weight add up their gradients.
 */
export class PlanBuilder {
  readonly purpose: PlanPurpose;
  readonly bindings: { pointer: Pointer; range: Range }[] = [];
  readonly masks: { key: MaskKey; layer: number; use: number; seed: number | undefined }[] = [];
  /** Where the gradient of each trained weight lands; after `finish`, of those that get one. */
  readonly weightGradients = new Map<Weight, Pointer>();
  /** Gradients that only penalties add to, from 0; known after `finish`. */
  readonly penaltyGradients: { readonly pointer: Pointer; readonly floats: number }[] = [];
  /** What operations in the middle of the network add to the loss. */
  readonly lossTerms: LossTerm[] = [];
  /** What each layer computes, in order. */
  readonly outputsOf: { layer: Layer; slot: Slot }[] = [];

  /** The place of each layer in the network, from which its masks derive. */
  readonly #places: ReadonlyMap<Layer, number>;
  readonly #entries: Entry[] = [];
  #layer: Layer | undefined;
  readonly #ranges: { range: Range; from: number; untilBackwardOf: number | null }[] = [];
  readonly #gradients = new Map<Storage | Weight, SharedGradient>();
  readonly #scratch: { pointer: Pointer; floats: number }[] = [];
  readonly #producers = new Map<Storage, number>();
  readonly #lastUses = new Map<Storage, number>();
  #pendingOutputs: Storage[] = [];
  #pendingSinks: { sink: GradientSink; owner: Storage | Weight }[] = [];

  /** @param layers the layers of the network, models opened */
  constructor(purpose: PlanPurpose, layers: Iterable<Layer>) {
    this.purpose = purpose;
    this.#places = new Map([...layers].map((layer, place) => [layer, place]));
  }

  /** The position that the next operation will have. */
  get #next(): number {
    return this.#entries.length;
  }

  /** What follows belongs to this layer. */
  enter(layer: Layer): void {
    this.#layer = layer;
  }

  /** A tensor that the caller of the plan fills in before it runs. */
  input(shape: Shape, needsGradient: boolean): Slot {
    return this.#slot(shape, this.purpose.backward && needsGradient, -1);
  }

  /** The tensor that the next operation computes. */
  output(shape: Shape, inputs: readonly Slot[], weights: readonly Weight[] = []): Slot {
    const hasGradient =
      this.purpose.backward &&
      (inputs.some((slot) => slot.storage.needsGradient) ||
        weights.some((weight) => this.purpose.trained.has(weight)));
    for (const slot of inputs) this.#use(slot.storage, this.#next);
    const slot = this.#slot(shape, hasGradient, this.#next);
    this.#pendingOutputs.push(slot.storage);
    return slot;
  }

  /** The same values under another shape. */
  alias(x: Slot, shape: Shape): Slot {
    return new Slot(shape, x.storage);
  }

  /** Memory of the next operation's own, from its forward to its backward call. */
  temporary(floats: number, isPerRow: boolean): Pointer {
    const pointer = new Pointer();
    this.#range(pointer, floats, isPerRow, this.#next, this.purpose.backward ? this.#next : null);
    return pointer;
  }

  /** Memory during each call of an operation: others use the same in between. */
  scratch(floats: number): Pointer {
    const pointer = new Pointer();
    this.#scratch.push({ pointer, floats });
    return pointer;
  }

  /** Memory for what comes after the last operation, beside the gradients of the weights. */
  afterwards(floats: number): Pointer {
    const pointer = new Pointer();
    this.#range(pointer, floats, false, Infinity, null);
    return pointer;
  }

  /** Memory that nothing else uses while the plan runs, for what is no operation, or may be undone. */
  reserve(floats: number, isPerRow = false): Pointer {
    const pointer = new Pointer();
    this.bindings.push({ pointer, range: new Range(floats, isPerRow, 0, Infinity) });
    return pointer;
  }

  /** Where the next operation leaves its gradient with respect to an input. */
  gradientOf(x: Slot, inForward = false): GradientSink {
    const wanted = this.purpose.backward && x.storage.needsGradient;
    this.#use(x.storage, this.#next);
    const producer = this.#producers.get(x.storage) ?? -1;
    return this.#sink(x.storage, x.storage.gradient, x.rowSize, true, producer, wanted, inForward);
  }

  /** Where the next operation leaves its gradient with respect to a weight. */
  gradientOfWeight(weight: Weight): GradientSink {
    const wanted = this.purpose.backward && this.purpose.trained.has(weight);
    let pointer = this.weightGradients.get(weight);
    if (wanted && pointer === undefined) {
      pointer = new Pointer();
      this.weightGradients.set(weight, pointer);
    }
    return this.#sink(weight, pointer ?? new Pointer(), weight.size, false, null, wanted, false);
  }

  /**
   * The key of the masks of the layer that was entered, different for each use of it.
   *
   * @param seed the layer's own seed, which goes before that of the fit
   */
  maskKey(seed: number | undefined): MaskKey {
    const key = new MaskKey();
    const layer = this.#layer === undefined ? 0 : (this.#places.get(this.#layer) ?? 0);
    const use = this.masks.filter((mask) => mask.layer === layer).length;
    this.masks.push({ key, layer, use, seed });
    return key;
  }

  /** Adds the operation that the outputs, temporaries and sinks since the last one belong to. */
  add(operation: Operation): void {
    this.#entries.push({ operation, outputs: this.#pendingOutputs, sinks: this.#pendingSinks });
    this.#pendingOutputs = [];
    this.#pendingSinks = [];
  }

  /** Notes what a layer computes. */
  computed(slot: Slot, layer: Layer): void {
    this.outputsOf.push({ layer, slot });
  }

  /** Keeps a tensor's values until the end. */
  keep(slot: Slot): void {
    this.#use(slot.storage, Infinity);
  }

  /** The finished sequence and the ranges of memory it needs. */
  finish(): { forward: Step[]; backward: Step[]; ranges: Range[] } {
    this.#dropIdleGradients();
    const count = this.#entries.length;
    const end = 2 * count + 1;
    const backwardPosition = (operation: number): number => 2 * count - operation;
    for (const { range, from, untilBackwardOf } of this.#ranges) {
      range.first = Math.min(end, Math.max(from, 0));
      range.last = untilBackwardOf === null ? range.first : Math.min(end, backwardPosition(untilBackwardOf));
    }
    for (const [storage, last] of this.#lastUses) {
      const { valueRange } = storage;
      valueRange.last = Math.min(end, Math.max(valueRange.last, last));
    }
    const scratch = new Range(Math.max(0, ...this.#scratch.map(({ floats }) => floats)), false, 0, end);
    for (const { pointer } of this.#scratch) this.bindings.push({ pointer, range: scratch });
    const accumulations = new Map<number, Accumulation[]>();
    for (const gradient of this.#gradients.values()) {
      this.#resolve(gradient, backwardPosition, end, accumulations);
    }
    const forward = this.#entries.map(({ operation }, position) => ({
      operation,
      accumulations: accumulations.get(position) ?? [],
    }));
    const backward = this.#entries
      .map(({ operation }, position) => ({
        operation,
        accumulations: accumulations.get(backwardPosition(position)) ?? [],
      }))
      .filter(
        ({ operation }, position) =>
          operation.backward !== undefined && this.#entries[position].sinks.some(({ sink }) => sink.isWanted),
      )
      .reverse();
    return { forward, backward, ranges: [...new Set(this.bindings.map(({ range }) => range))] };
  }

  /**
   * An operation that nothing with a gradient comes after (an output without a loss) has none to pass on:
   * its sinks are dropped, and a weight that has no other is not trained, unless a penalty on it is part of
   * the loss.
   */
  #dropIdleGradients(): void {
    for (const { outputs, sinks } of [...this.#entries].reverse()) {
      const hasGradient = outputs.length === 0 || outputs.some((storage) => this.#gradients.has(storage));
      if (hasGradient) continue;
      for (const { sink, owner } of sinks) {
        sink.isWanted = false;
        const gradient = this.#gradients.get(owner);
        if (gradient === undefined) continue;
        gradient.sinks = gradient.sinks.filter((other) => other.sink !== sink);
        if (gradient.sinks.length === 0) this.#gradients.delete(owner);
      }
    }
    for (const [weight, pointer] of this.weightGradients) {
      if (this.#gradients.has(weight)) continue;
      if (weight.regularizer === undefined || !this.purpose.hasLoss) {
        this.weightGradients.delete(weight);
        continue;
      }
      this.bindings.push({ pointer, range: new Range(weight.size, false, 0, Infinity) });
      this.penaltyGradients.push({ pointer, floats: weight.size });
    }
  }

  #use(storage: Storage, position: number): void {
    this.#lastUses.set(storage, Math.max(position, this.#lastUses.get(storage) ?? 0));
  }

  #slot(shape: Shape, needsGradient: boolean, producer: number): Slot {
    const pointer = new Pointer();
    const range = this.#range(
      pointer,
      rowSize(shape),
      true,
      producer,
      this.purpose.backward ? producer : null,
    );
    const storage = new Storage(pointer, range, needsGradient);
    this.#producers.set(storage, producer);
    return new Slot(shape, storage);
  }

  #range(
    pointer: Pointer,
    floats: number,
    isPerRow: boolean,
    from: number,
    untilBackwardOf: number | null,
  ): Range {
    const range = new Range(floats, isPerRow);
    this.#ranges.push({ range, from, untilBackwardOf });
    this.bindings.push({ pointer, range });
    return range;
  }

  #sink(
    owner: Storage | Weight,
    pointer: Pointer,
    floats: number,
    isPerRow: boolean,
    producer: number | null,
    wanted: boolean,
    inForward: boolean,
  ): GradientSink {
    const sink = new GradientSink(wanted);
    this.#pendingSinks.push({ sink, owner });
    if (!wanted) return sink;
    let gradient = this.#gradients.get(owner);
    if (gradient === undefined) {
      gradient = { pointer, floats, isPerRow, sinks: [], producer };
      this.#gradients.set(owner, gradient);
    }
    gradient.sinks.push({ sink, operation: this.#next, inForward });
    return sink;
  }

  /** Lets the sink that runs first write the gradient itself, and the others memory that is then added. */
  #resolve(
    gradient: SharedGradient,
    backwardPosition: (operation: number) => number,
    end: number,
    accumulations: Map<number, Accumulation[]>,
  ): void {
    const { pointer, floats, isPerRow, producer } = gradient;
    const timed = gradient.sinks
      .map(({ sink, operation, inForward }) => ({
        sink,
        position: inForward ? operation : backwardPosition(operation),
      }))
      .sort((a, b) => a.position - b.position);
    const last = producer === null || producer < 0 ? end : backwardPosition(producer);
    const range = new Range(floats, isPerRow, timed[0].position, last);
    this.bindings.push({ pointer, range }, { pointer: timed[0].sink, range });
    for (const { sink, position } of timed.slice(1)) {
      this.bindings.push({ pointer: sink, range: new Range(floats, isPerRow, position, position) });
      const list = accumulations.get(position) ?? [];
      list.push({ target: pointer, source: sink, floats, isPerRow });
      accumulations.set(position, list);
    }
  }
}
