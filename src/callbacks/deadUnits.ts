import type { Slot } from "../graph/slot.js";
import type { Layer } from "../layers/layer.js";
import type { Plan } from "../graph/plan.js";
import { kernels, memory } from "../runtime/runtime.js";

/** Activations that are exactly zero, with a derivative of zero, on a whole half-line or interval. */
const CAN_DIE: ReadonlySet<string> = new Set([
  "relu",
  "relu6",
  "hardSigmoid",
  "hardSilu",
  "hardShrink",
  "softShrink",
  "sparsePlus",
  "sparseSigmoid",
  "threshold",
]);

/** The same among layers that are nothing but an activation. */
const CLASSES_THAT_CAN_DIE: ReadonlySet<string> = new Set(["ReLU"]);

/** The largest |output| of each unit of a layer since the last reset. A unit is a place on the last axis. */
interface Watched {
  readonly slot: Slot;
  readonly largest: Float32Array;
}

/** Finds units whose output is exactly zero for every row of an epoch. */
export class DeadUnits {
  /** The most units that a layer has. */
  readonly columns: number;
  readonly #watched: readonly Watched[];
  readonly #byLayer: ReadonlyMap<Layer, Float32Array>;
  #hasSeen = false;
  #hasNaN = false;

  constructor(plan: Plan) {
    const byLayer = new Map<Layer, Float32Array>();
    const watched: Watched[] = [];
    for (const { layer, slot } of plan.outputsOf) {
      const columns = slot.shape[slot.shape.length - 1] ?? 1;
      if (!canDie(layer)) continue;
      // A layer in several places has dead units where they are dead in all of them.
      const largest = byLayer.get(layer) ?? new Float32Array(columns);
      byLayer.set(layer, largest);
      if (largest.length === columns) watched.push({ slot, largest });
    }
    this.#watched = watched;
    this.#byLayer = byLayer;
    this.columns = Math.max(0, ...watched.map(({ largest }) => largest.length));
  }

  /** Starts an epoch. */
  reset(): void {
    for (const { largest } of this.#watched) largest.fill(0);
    this.#hasSeen = false;
    this.#hasNaN = false;
  }

  /**
   * Looks at a batch, between forward and backward.
   *
   * @param scratch an address with room for `columns` floats
   */
  look(scratch: number, rows: number, loss: number): void {
    this.#hasSeen = true;
    // A maximum ignores NaN: with it, units would look dead that are not.
    if (Number.isNaN(loss)) this.#hasNaN = true;
    if (this.#hasNaN) return;
    const { floats } = memory();
    for (let i = 0; i < this.#watched.length; i++) {
      const { slot, largest } = this.#watched[i];
      const columns = largest.length;
      kernels().columnAbsMax(slot.value, scratch, (rows * slot.rowSize) / columns, columns);
      const at = scratch >>> 2;
      for (let j = 0; j < columns; j++) largest[j] = Math.max(largest[j], floats[at + j]);
    }
  }

  /** The share of the units of a layer that were dead; null if it has none that can die, or for NaN. */
  shareOf(layer: Layer): number | null {
    const largest = this.#byLayer.get(layer);
    if (largest === undefined || !this.#hasSeen || this.#hasNaN) return null;
    let dead = 0;
    for (const value of largest) if (value === 0) dead++;
    return dead / largest.length;
  }
}

function canDie(layer: Layer): boolean {
  const { activation, className } = layer as Layer & { readonly activation?: { readonly name?: unknown } };
  return CLASSES_THAT_CAN_DIE.has(className) || CAN_DIE.has(String(activation?.name));
}
