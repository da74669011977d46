// When numbers of a training step mean that something is wrong, and how to say it.

/**
 * A gradient this much smaller than the largest one of the layers after it has vanished. Layers of a healthy
 * network differ by a factor of ten or so, a hundred at most; with ten thousand, a layer stands still while
 * the others learn, and a few layers more reach the last digits of a float32.
 */
const VANISHED = 1e-4;

/**
 * A gradient this much larger than that of the whole network in the first step has exploded. Gradients
 * shrink as training goes on; noise and bad batches are good for a factor of ten or so.
 */
const GROWTH = 1000;

/** Larger than any gradient with which a step of a usual size (learning rate 1e-3) is a small change. */
const EXPLODED = 1e6;

/** Networks learn with some dead units; with every second one dead, half of the layer is idle. */
const DEAD_SHARE = 0.5;

type Kind = "vanishing" | "exploding" | "dead";

/** Says what is wrong, once for each layer and kind. */
export class Diagnosis {
  readonly #names: readonly string[];
  readonly #report: (message: string) => void;
  readonly #said = new Set<string>();
  /** The sum of squares of the gradients in the first sampled step, and its number. */
  #firstSquares = 0;
  #firstStep = 0;
  #hasNaN = false;

  /** @param names of the layers that are trained, in the order of the network */
  constructor(names: readonly string[], report: (message: string) => void) {
    this.#names = names;
    this.#report = report;
  }

  /** Takes the message about the first NaN. What follows from NaN is not said. */
  sayNaN(message: string): void {
    this.#hasNaN = true;
    this.#report(message);
  }

  /** Looks at the gradient norm of a layer in a step, counted from 1. */
  checkGradient(layer: number, norm: number, step: number): void {
    if (this.#firstStep === 0) this.#firstStep = step;
    if (step === this.#firstStep) this.#firstSquares += norm * norm;
    if (this.#hasNaN) return;
    const first = Math.sqrt(this.#firstSquares);
    const hasGrown = step > this.#firstStep && first > 0 && norm > GROWTH * first;
    if (!hasGrown && norm <= EXPLODED) return;
    const name = this.#names[layer];
    if (!this.#isNew("exploding", name)) return;
    const compared = hasGrown ? `; that of the whole network was ${brief(first)} in the first step` : "";
    this.#report(
      `Lanegrad: the gradient of the layer ${name} explodes: its norm is ${brief(norm)} in training step ${step}${compared}. ` +
        "Use a smaller learning rate, clip gradients (globalClipnorm of the optimizer), or scale features and labels.",
    );
  }

  /** Compares the gradient norms of the layers, means of an epoch. */
  checkVanishing(norms: readonly (number | null)[], epoch: number): void {
    let largest = 0;
    for (let i = norms.length - 1; i >= 0; i--) {
      const norm = norms[i];
      if (norm === null || !Number.isFinite(norm)) return;
      if (norm < VANISHED * largest && this.#isNew("vanishing", this.#names[i])) {
        this.#report(
          `Lanegrad: the gradient of the layer ${this.#names[i]} vanishes: its norm is ${brief(norm)} in epoch ${epoch + 1}, that of a layer after it ${brief(largest)}. ` +
            "Use relu or a like of it instead of sigmoid or tanh, fewer layers, batch normalization, or another initializer.",
        );
      }
      largest = Math.max(largest, norm);
    }
  }

  /** Looks at the share of dead units of a layer in an epoch. */
  checkDead(name: string, share: number | null, epoch: number): void {
    if (share === null || share < DEAD_SHARE || !this.#isNew("dead", name)) return;
    const part = share === 1 ? "all units" : `${Math.round(100 * share)} % of the units`;
    this.#report(
      `Lanegrad: ${part} of the layer ${name} are dead: their output was 0 for every row of epoch ${epoch + 1}, and they no longer learn. ` +
        "Use a smaller learning rate, the heNormal initializer, scaled features, or leakyRelu.",
    );
  }

  #isNew(kind: Kind, name: string): boolean {
    const key = `${kind} ${name}`;
    if (this.#said.has(key)) return false;
    this.#said.add(key);
    return true;
  }
}

function brief(value: number): string {
  return String(Number(value.toPrecision(3)));
}
