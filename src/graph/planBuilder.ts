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
  /** The weights that are trained: those whose gradient is wanted and whose penalties count. */
  readonly trained: ReadonlySet<Weight>;
  /** The layers that were not trainable when the model was compiled. */
  readonly frozen: ReadonlySet<Layer>;
}

/** A gradient that several operations add to: the first writes it, the others write beside it. */
interface SharedGradient {
  readonly pointer: Pointer;
  readonly floats: number;
  readonly isPerRow: boolean;
  readonly sinks: { sink: GradientSink; operation: number; inForward: boolean }[];
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
  readonly weightGradients = new Map<Weight, Pointer>();
  readonly outputsOf: { operation: Operation; slot: Slot }[] = [];

  readonly #operations: Operation[] = [];
  readonly #ranges: { range: Range; from: number; untilBackwardOf: number | null }[] = [];
  readonly #gradients = new Map<Storage | Weight, SharedGradient>();
  readonly #producers = new Map<Storage, number>();
  readonly #lastUses = new Map<Storage, number>();
  #pendingSinks: { wanted: boolean }[] = [];
  readonly #wantsBackward: boolean[] = [];

  constructor(purpose: PlanPurpose) {
    this.purpose = purpose;
  }

  /** The position that the next operation will have. */
  get #next(): number {
    return this.#operations.length;
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
    return this.#slot(shape, hasGradient, this.#next);
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

  /** Memory that nothing else uses while the plan runs, for what is no operation. */
  reserve(floats: number): Pointer {
    const pointer = new Pointer();
    this.bindings.push({ pointer, range: new Range(floats, false, 0, Infinity) });
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
   * The key of the masks of a layer, different for each use of it.
   *
   * @param seed the layer's own seed, which goes before that of the fit
   */
  maskKey(layer: number, seed: number | undefined): MaskKey {
    const key = new MaskKey();
    const use = this.masks.filter((mask) => mask.layer === layer).length;
    this.masks.push({ key, layer, use, seed });
    return key;
  }

  /** Adds the operation that the outputs, temporaries and sinks since the last one belong to. */
  add(operation: Operation, output?: Slot): void {
    const sinks = this.#pendingSinks;
    this.#wantsBackward.push(sinks.length === 0 || sinks.some((sink) => sink.wanted));
    this.#pendingSinks = [];
    this.#operations.push(operation);
    if (output !== undefined) this.outputsOf.push({ operation, slot: output });
  }

  /** Keeps a tensor's values until the end. */
  keep(slot: Slot): void {
    this.#use(slot.storage, Infinity);
  }

  /** The finished sequence and the ranges of memory it needs. */
  finish(): { forward: Step[]; backward: Step[]; ranges: Range[] } {
    const count = this.#operations.length;
    const end = 2 * count + 1;
    const backwardPosition = (operation: number): number => 2 * count - operation;
    for (const { range, from, untilBackwardOf } of this.#ranges) {
      range.first = Math.max(from, 0);
      range.last = untilBackwardOf === null ? range.first : Math.min(end, backwardPosition(untilBackwardOf));
    }
    for (const [storage, last] of this.#lastUses) {
      const { valueRange } = storage;
      valueRange.last = Math.min(end, Math.max(valueRange.last, last));
    }
    const accumulations = new Map<number, Accumulation[]>();
    for (const gradient of this.#gradients.values()) {
      this.#resolve(gradient, backwardPosition, end, accumulations);
    }
    const forward = this.#operations.map((operation, position) => ({
      operation,
      accumulations: accumulations.get(position) ?? [],
    }));
    const backward = this.#operations
      .map((operation, position) => ({
        operation,
        accumulations: accumulations.get(backwardPosition(position)) ?? [],
      }))
      .filter((step, position) => step.operation.backward !== undefined && this.#wantsBackward[position])
      .reverse();
    return { forward, backward, ranges: [...new Set(this.bindings.map(({ range }) => range))] };
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
    this.#pendingSinks.push({ wanted });
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
