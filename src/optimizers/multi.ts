import { LanegradError, show } from "../errors.js";
import { checkKeys, invalidOption } from "../options.js";
import type { OptimizerSpec } from "./spec.js";
import { Optimizer } from "./optimizer.js";
import type { WeightGroup } from "./optimizer.js";
import type { Slot, TrainedWeight } from "./slots.js";

/** Options of `optimizers.multi`. */
export interface MultiOptions {
  /**
   * Which optimizer changes which weights: regular expressions as texts that a whole path ("dense_1/kernel",
   * "encoder/dense/bias") must match, each with an optimizer of its own.
   */
  optimizers: Readonly<Record<string, OptimizerSpec>>;
  /** The optimizer of all other weights. Default none: a weight without an optimizer is an error. */
  default?: OptimizerSpec;
}

/** One pattern, and the optimizer of the weights whose path it matches. */
interface Entry {
  readonly pattern: string;
  readonly expression: RegExp;
  readonly optimizer: Optimizer;
}

const OWNER = "optimizers.multi";

/**
 * Hands each weight to the optimizer that its path names (Keras's MultiOptimizer with an OptimizerMap). A
 * pattern that is the path itself comes first; else exactly one pattern may match all of the path. Clipping,
 * weight decay, schedules, averages and accumulation are those of each optimizer, over its own weights:
 * globalClipnorm takes the norm of these alone. Weights given to `apply` have their positions as paths:
 * "0", "1" and so on.
 *
 * There is no learning rate of the whole: set those of `optimizers`. Callbacks that set the learning rate
 * of a model fail with that message.
 */
export class MultiOptimizer extends Optimizer {
  readonly name = "multi";
  /** In the order of the patterns; the default comes last. */
  readonly optimizers: readonly Optimizer[];
  readonly #entries: readonly Entry[];
  readonly #default: Optimizer | undefined;

  /**
   * @internal Made by `optimizers.multi`.
   *
   * @param toOptimizer makes an optimizer of its name or configuration
   */
  constructor(options: MultiOptions, toOptimizer: (spec: OptimizerSpec) => Optimizer) {
    super(OWNER, {}, [], { learningRate: 0 });
    checkKeys(OWNER, options, ["optimizers", "default"]);
    this.#entries = Object.entries(checkMap(options.optimizers)).map(([pattern, spec]) => ({
      pattern,
      expression: wholeMatch(pattern),
      optimizer: toOptimizer(spec),
    }));
    this.optimizers = this.#entries.map(({ optimizer }) => optimizer);
    if (options.default !== undefined) {
      this.#default = toOptimizer(options.default);
      this.optimizers = [...this.optimizers, this.#default];
    }
    checkOptimizers(this.optimizers);
  }

  /** @throws LanegradError INVALID_OPTION always: each of `optimizers` has its own */
  override get learningRate(): number {
    throw noLearningRate("a look at learningRate");
  }

  override set learningRate(value: number) {
    throw noLearningRate(`learningRate=${show(value)}`);
  }

  /**
   * @internal
   * @throws LanegradError INVALID_OPTION if a weight has no optimizer, or several patterns match its path
   */
  override groups(trained: readonly TrainedWeight[]): readonly WeightGroup[] {
    const chosen = trained.map(({ path }, i) => this.#optimizerOf(path === "" ? String(i) : path));
    const membersOf = (optimizer: Optimizer): number[] =>
      [...chosen.keys()].filter((i) => chosen[i] === optimizer);
    return this.optimizers
      .map((optimizer) => ({ optimizer, members: membersOf(optimizer) }))
      .filter(({ members }) => members.length > 0);
  }

  #optimizerOf(path: string): Optimizer {
    const own = this.#entries.find(({ pattern }) => pattern === path);
    if (own !== undefined) return own.optimizer;
    const matching = this.#entries.filter(({ expression }) => expression.test(path));
    if (matching.length > 1) {
      throw new LanegradError(
        "INVALID_OPTION",
        `only one pattern of ${OWNER} may match a weight. Received: ${matching.map(({ pattern }) => show(pattern)).join(" and ")} for the weight ${path}`,
      );
    }
    const found = matching[0]?.optimizer ?? this.#default;
    if (found !== undefined) return found;
    throw new LanegradError(
      "INVALID_OPTION",
      `${OWNER} without a default must have a pattern for every weight. Received: no pattern that matches all of the path of the weight ${path}`,
    );
  }

  /** It remembers nothing itself: its groups are of other optimizers. */
  /** @internal */
  override slots(): Slot[] {
    return [];
  }

  override getConfig(): Record<string, unknown> {
    return {
      name: this.name,
      optimizers: Object.fromEntries(
        this.#entries.map(({ pattern, optimizer }) => [pattern, optimizer.getConfig()]),
      ),
      default: this.#default?.getConfig(),
    };
  }
}

function noLearningRate(received: string): LanegradError {
  return new LanegradError(
    "INVALID_OPTION",
    `${OWNER} has no learning rate of its own; read and set those of its \`optimizers\`. Received: ${received}`,
  );
}

function checkMap(value: unknown): Record<string, OptimizerSpec> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, OptimizerSpec>;
  }
  throw invalidOption(
    "optimizers",
    'an object of optimizers by patterns, as { "encoder/.*": "adam" }',
    value,
  );
}

/** Python's re.fullmatch, which Keras uses. */
function wholeMatch(pattern: string): RegExp {
  try {
    // By itself first: "a)|(b" is one only between the brackets.
    return new RegExp(`^(?:${new RegExp(pattern).source})$`);
  } catch {
    throw new LanegradError(
      "INVALID_OPTION",
      `the keys of optimizers must be regular expressions. Received: ${show(pattern)}`,
    );
  }
}

/** Each is one group of weights: one given twice would not be the same again after it was saved. */
function checkOptimizers(optimizers: readonly Optimizer[]): void {
  for (const optimizer of optimizers) {
    if (optimizer instanceof MultiOptimizer) {
      throw new LanegradError(
        "INVALID_OPTION",
        `the optimizers of ${OWNER} must be simple ones. Received: a MultiOptimizer`,
      );
    }
  }
  if (new Set(optimizers).size === optimizers.length) return;
  throw new LanegradError(
    "INVALID_OPTION",
    `each pattern and the default must have an optimizer of its own; one pattern can name several places, as "(encoder|decoder)/.*". Received: the same optimizer twice`,
  );
}
