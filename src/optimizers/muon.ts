import { LanegradError } from "../errors.js";
import {
  finiteNumber,
  flag,
  fraction,
  invalidOption,
  nonNegative,
  nonNegativeInteger,
  positive,
} from "../options.js";
import { align } from "../runtime/allocator.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { kernels } from "../runtime/runtime.js";
import { sizeOf } from "../tensor/nested.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./optimizer.js";
import { slotsLike } from "./slots.js";
import type { Slot, TrainedWeight, WeightSlots } from "./slots.js";

/** Options of `optimizers.muon`. */
export interface MuonOptions extends OptimizerOptions {
  /** The share of the last direction that is kept. Default 0.95. */
  momentum?: number;
  /** Look ahead along the momentum. Default true. */
  nesterov?: boolean;
  /** Iterations of Newton and Schulz. Default 5. */
  nsSteps?: number;
  /** The first coefficient of their polynomial. Default 3.4445. */
  muonA?: number;
  /** The second one. Default -4.775. */
  muonB?: number;
  /** The third one. Default 2.0315. */
  muonC?: number;
  /** Steps are as large as Adam's times this; null leaves them orthogonal matrices. Default 0.2. */
  rmsRate?: number | null;
  /** Regular expressions: weights whose path (as in "dense_1/kernel") has one of them go by Adam. Default none. */
  excludeLayers?: readonly string[];
  /** Whether weights whose path has "embedding" go by Adam. Default true. */
  excludeEmbeddings?: boolean;
  /** Adam's beta1. Default 0.9. */
  adamBeta1?: number;
  /** Adam's beta2. Default 0.999. */
  adamBeta2?: number;
  /** Adam's epsilon. Default 1e-7. */
  epsilon?: number;
  /** Adam's weight decay. Default 0.004. */
  adamWeightDecay?: number;
  /** Adam's learning rate relative to the learning rate. Default 1. */
  adamLrRatio?: number;
}

/** A handful is enough; a file could ask for so many that no step ends. */
const MOST_STEPS = 1000;

const OPTIONS: readonly string[] = [
  "momentum",
  "nesterov",
  "nsSteps",
  "muonA",
  "muonB",
  "muonC",
  "rmsRate",
  "excludeLayers",
  "excludeEmbeddings",
  "adamBeta1",
  "adamBeta2",
  "epsilon",
  "adamWeightDecay",
  "adamLrRatio",
];

/** Keeps the norm of a direction that is zero away from 0. */
const NORM_EPSILON = 1e-7;

/**
 * Steps along the orthogonal matrix that is nearest to the momentum, for weights of two axes; Adam for all
 * others (Jordan et al. 2024; Liu et al. 2025; Keras's Muon). The kernel of the last dense layer should go
 * by Adam too: name it in excludeLayers.
 */
export class Muon extends Optimizer {
  readonly name = "muon";
  /** The option `momentum`. */
  readonly momentum: number;
  /** The option `nesterov`. */
  readonly nesterov: boolean;
  /** The option `nsSteps`. */
  readonly nsSteps: number;
  /** The option `muonA`. */
  readonly muonA: number;
  /** The option `muonB`. */
  readonly muonB: number;
  /** The option `muonC`. */
  readonly muonC: number;
  /** The option `rmsRate`. */
  readonly rmsRate: number | null;
  /** The option `excludeLayers`. */
  readonly excludeLayers: readonly string[];
  /** The option `excludeEmbeddings`. */
  readonly excludeEmbeddings: boolean;
  /** The option `adamBeta1`. */
  readonly adamBeta1: number;
  /** The option `adamBeta2`. */
  readonly adamBeta2: number;
  /** The option `epsilon`. */
  readonly epsilon: number;
  /** The option `adamWeightDecay`. */
  readonly adamWeightDecay: number;
  /** The option `adamLrRatio`. */
  readonly adamLrRatio: number;
  #step = 0;

  constructor(options: MuonOptions = {}) {
    super("optimizers.muon", options, OPTIONS, { learningRate: 0.001, weightDecay: 0.004 });
    this.momentum = fraction("momentum", options.momentum ?? 0.95);
    this.nesterov = flag("nesterov", options.nesterov ?? true);
    this.nsSteps = nonNegativeInteger("nsSteps", options.nsSteps ?? 5);
    if (this.nsSteps > MOST_STEPS) {
      throw new LanegradError(
        "INVALID_OPTION",
        `nsSteps must be at most ${MOST_STEPS}. Received: nsSteps=${this.nsSteps}`,
      );
    }
    this.muonA = finiteNumber("muonA", options.muonA ?? 3.4445);
    this.muonB = finiteNumber("muonB", options.muonB ?? -4.775);
    this.muonC = finiteNumber("muonC", options.muonC ?? 2.0315);
    const { rmsRate = 0.2 } = options;
    this.rmsRate = rmsRate === null ? null : positive("rmsRate", rmsRate);
    this.excludeLayers = patterns(options.excludeLayers ?? []);
    this.excludeEmbeddings = flag("excludeEmbeddings", options.excludeEmbeddings ?? true);
    this.adamBeta1 = fraction("adamBeta1", options.adamBeta1 ?? 0.9);
    this.adamBeta2 = fraction("adamBeta2", options.adamBeta2 ?? 0.999);
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-7);
    this.adamWeightDecay = nonNegative("adamWeightDecay", options.adamWeightDecay ?? 0.004);
    this.adamLrRatio = nonNegative("adamLrRatio", options.adamLrRatio ?? 1);
  }

  /** @internal */
  override slots(weight: TrainedWeight): Slot[] {
    return this.#excludes(weight) ? slotsLike(weight, "momentum", "velocity") : slotsLike(weight, "momentum");
  }

  #excludes({ shape, path }: TrainedWeight): boolean {
    if (shape.length !== 2) return true;
    if (this.excludeEmbeddings && path.toLowerCase().includes("embedding")) return true;
    return this.excludeLayers.some((pattern) => new RegExp(pattern).test(path));
  }

  /** @internal */
  override workspaceBytes(weights: readonly TrainedWeight[]): number {
    const matrices = weights.filter((weight) => !this.#excludes(weight));
    if (matrices.length === 0) return 0;
    const bytes = matrices.map(({ shape }) => {
      const side = Math.min(...shape);
      return align(4 * sizeOf(shape)) + 2 * align(4 * side * side);
    });
    return align(kernels().workspaceBytes()) + Math.max(...bytes);
  }

  protected override beginStep(step: number): void {
    this.#step = step;
  }

  /** @internal */
  override weightDecayOf(slots: WeightSlots): number {
    return goesByAdam(slots) ? this.adamWeightDecay : super.weightDecayOf(slots);
  }

  /** @internal */
  override update(k: Kernels, _weight: number, gradient: number, slots: WeightSlots): void {
    const { size, shape } = slots;
    if (goesByAdam(slots)) {
      const rate = this.learningRate * this.adamLrRatio;
      k.adam(slots.row, 1, rate, this.adamBeta1, this.adamBeta2, this.epsilon, this.#step, 0);
      return;
    }
    const m = slots.at(0);
    k.blend(m, gradient, size, this.momentum, 1);
    if (this.nesterov) k.blend(gradient, m, size, 1, this.momentum);
    else k.copy(gradient, m, size);
    const direction = this.#orthogonalize(k, gradient, slots);
    const length = this.rmsRate === null ? 1 : Math.sqrt(Math.max(shape[0], shape[1])) * this.rmsRate;
    if (direction !== gradient) k.copy(gradient, direction, size);
    k.sgd(slots.row, 1, this.learningRate * length, 0, 0);
  }

  /**
   * Brings the singular values of a matrix X near 1 by X = a X + (b A + c A^2) X with A = X Xt, again and
   * again; a tall matrix by X = a X + X (b A + c A^2) with A = Xt X, which is the same for its transpose.
   *
   * @param x its address, overwritten
   * @returns the address of the result
   */
  #orthogonalize(k: Kernels, x: number, { shape, size, workspace }: WeightSlots): number {
    const rows = shape[0];
    const columns = shape[1];
    const side = Math.min(rows, columns);
    const isTall = rows > columns;
    const square = workspace + align(k.workspaceBytes());
    const polynomial = square + align(4 * side * side);
    let from = x;
    let to = polynomial + align(4 * side * side);
    k.scale(x, size, 1 / (Math.sqrt(k.sumOfSquares(x, size)) + NORM_EPSILON));
    for (let step = 0; step < this.nsSteps; step++) {
      if (isTall) k.matMulTransposedA(from, from, square, side, side, rows, workspace);
      else k.matMulTransposedB(from, from, square, side, side, columns, workspace);
      k.matMul(square, square, polynomial, side, side, side, workspace);
      k.blend(polynomial, square, side * side, this.muonC, this.muonB);
      if (isTall) k.matMul(from, polynomial, to, rows, side, side, workspace);
      else k.matMul(polynomial, from, to, side, columns, side, workspace);
      k.blend(to, from, size, 1, this.muonA);
      const last = from;
      from = to;
      to = last;
    }
    return from;
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      momentum: this.momentum,
      nesterov: this.nesterov,
      nsSteps: this.nsSteps,
      muonA: this.muonA,
      muonB: this.muonB,
      muonC: this.muonC,
      rmsRate: this.rmsRate,
      excludeLayers: [...this.excludeLayers],
      excludeEmbeddings: this.excludeEmbeddings,
      adamBeta1: this.adamBeta1,
      adamBeta2: this.adamBeta2,
      epsilon: this.epsilon,
      adamWeightDecay: this.adamWeightDecay,
      adamLrRatio: this.adamLrRatio,
    };
  }
}

/** Only weights that go by Adam have a second slot of their own. */
function goesByAdam({ slots }: WeightSlots): boolean {
  return slots.length > 1 && slots[1].name === "velocity";
}

function patterns(value: unknown): readonly string[] {
  const isPattern = (pattern: unknown) => {
    if (typeof pattern !== "string") return false;
    try {
      return new RegExp(pattern) instanceof RegExp;
    } catch {
      return false;
    }
  };
  if (Array.isArray(value) && value.every(isPattern)) return [...(value as string[])];
  throw invalidOption("excludeLayers", "an array of regular expressions as texts", value);
}
