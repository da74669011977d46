// What goes into attention: sequences and masks, in a list or by name.
import { LanegradError, show, showShape } from "../errors.js";
import { SymbolicTensor } from "../graph/symbolic.js";
import type { Shape } from "../graph/symbolic.js";
import { checkKeys } from "../options.js";

/** What goes into `layers.multiHeadAttention`, by name. */
export interface AttentionInputs {
  /** The sequence that asks, [batch, targetSteps, features]. */
  query: SymbolicTensor;
  /** What it is answered with, [batch, sourceSteps, features]. Default the query: a sequence asks itself. */
  value?: SymbolicTensor;
  /** What it compares itself with, [batch, sourceSteps, features]. Default the value. */
  key?: SymbolicTensor;
  /**
   * Which steps of the source each target may see, [batch, targetSteps, sourceSteps], or [batch, 1, sourceSteps] for all
   * targets alike: 0 hides a step, any other number shows it. It has no gradient.
   */
  attentionMask?: SymbolicTensor;
}

/** What `apply` of attention takes. */
export type AttentionArguments = SymbolicTensor | readonly SymbolicTensor[] | AttentionInputs;

/** The inputs as a node has them: [query], [query, value], [query, value, key] or these and a mask. */
export function inputList(
  layer: string,
  inputs: AttentionArguments,
): SymbolicTensor | readonly SymbolicTensor[] {
  const isNamed = typeof inputs === "object" && inputs !== null && !Array.isArray(inputs);
  if (!isNamed || inputs instanceof SymbolicTensor) return inputs as readonly SymbolicTensor[];
  checkKeys(`${layer}.apply`, inputs, ["query", "value", "key", "attentionMask"]);
  const { query, value = query, key = value, attentionMask } = inputs as AttentionInputs;
  if ((query as unknown) === undefined) {
    throw new LanegradError(
      "INVALID_OPTION",
      `${layer}.apply needs a query, or a sequence that asks itself. Received: ${show(inputs)}`,
    );
  }
  return attentionMask === undefined ? [query, value, key] : [query, value, key, attentionMask];
}

/** The inputs of a node, each by its name; a key or value that is missing is another one. */
export function namedInputs<T>([query, value = query, key = value, attentionMask]: readonly T[]): {
  query: T;
  value: T;
  key: T;
  attentionMask: T | undefined;
} {
  return { query, value, key, attentionMask };
}

/** The lengths of the axes of what goes into attention. */
export interface AttentionShape {
  readonly targets: number;
  readonly sources: number;
  /** Features of query, value and key. */
  readonly features: readonly [query: number, value: number, key: number];
}

/** @throws LanegradError SHAPE_MISMATCH unless there are one to four inputs whose shapes go together */
export function attentionShape(layer: string, shapes: readonly Shape[]): AttentionShape {
  if (shapes.length === 0 || shapes.length > 4) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${layer} takes [query, value, key, attentionMask], of which the query alone is necessary. Received: ${shapes.length} inputs`,
    );
  }
  const { query, value, key, attentionMask: mask } = namedInputs(shapes);
  for (const shape of [query, value, key]) {
    if (shape.length === 3 && !shape.slice(1).includes(null)) continue;
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${layer} needs inputs of shape [batch, steps, features]. Received: shape ${showShape(shape)}`,
    );
  }
  const [targets, sources] = [Number(query[1]), Number(value[1])];
  if (key[1] !== sources) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${layer} needs a key with as many steps as the value. Received: shapes ${[query, value, key].map(showShape).join(", ")}`,
    );
  }
  if (
    mask !== undefined &&
    !(mask.length === 3 && [1, targets].includes(Number(mask[1])) && mask[2] === sources)
  ) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${layer} needs an attentionMask of shape [batch, ${targets}, ${sources}] or [batch, 1, ${sources}]. Received: shape ${showShape(mask)}`,
    );
  }
  return { targets, sources, features: [Number(query[2]), Number(value[2]), Number(key[2])] };
}
