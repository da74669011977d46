import { LanegradError, show } from "../errors.js";
import type { Shape } from "../graph/symbolic.js";
import { finiteNumber } from "../options.js";
import { ColumnMapLayer } from "./columnMap.js";
import type { LayerOptions } from "./layer.js";

/** A number for all columns, or one for each. */
export type PerColumn = number | readonly number[];

/** Options of `layers.rescaling`. */
export interface RescalingOptions extends LayerOptions {
  /** What values are multiplied by: a number, or one for each value of the last axis. */
  scale: PerColumn;
  /** What is added then. Default 0. */
  offset?: PerColumn;
}

/** y = x scale + offset (Keras's Rescaling), for example scale 1 / 255 for images. Nothing is learnt. */
export class Rescaling extends ColumnMapLayer {
  readonly className = "Rescaling";
  /** The option `scale`. */
  readonly scale: PerColumn;
  /** The option `offset`. */
  readonly offset: PerColumn;
  readonly #constants: Float32Array;
  /** How many numbers there are of each; undefined if one for all. */
  readonly #length: number | undefined;

  constructor(options: RescalingOptions) {
    super("rescaling", options, ["scale", "offset"]);
    this.scale = perColumn("scale", options.scale, finiteNumber);
    this.offset = perColumn("offset", options.offset ?? 0, finiteNumber);
    this.#length = commonLength({ scale: this.scale, offset: this.offset });
    const length = this.#length ?? 1;
    this.#constants = new Float32Array(3 * length);
    fillColumns(this.#constants.subarray(length, 2 * length), this.scale);
    fillColumns(this.#constants.subarray(2 * length), this.offset);
  }

  override constants(): Float32Array {
    return this.#constants;
  }

  protected override columnsOf(inputShape: Shape): number {
    return this.#length === undefined ? 1 : this.checkColumns(inputShape, this.#length);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), scale: this.scale, offset: this.offset };
  }
}

/** A number or a copy of an array of numbers, each checked. */
export function perColumn(
  name: string,
  value: unknown,
  check: (name: string, value: unknown) => number,
): PerColumn {
  if (!Array.isArray(value)) return check(name, value);
  if (value.length === 0) {
    throw new LanegradError("INVALID_OPTION", `${name} must have a number. Received: ${name}=${show(value)}`);
  }
  return value.map((entry, i) => check(`${name}[${i}]`, entry));
}

/** The length of the arrays among the options; undefined if all are numbers. */
export function commonLength(options: Readonly<Record<string, PerColumn>>): number | undefined {
  const lengths = Object.values(options).flatMap((value) =>
    typeof value === "number" ? [] : [value.length],
  );
  if (lengths.every((length) => length === lengths[0])) return lengths[0];
  throw new LanegradError(
    "INVALID_OPTION",
    `${Object.keys(options).join(" and ")} must have the same length. Received: lengths ${lengths.join(" and ")}`,
  );
}

/** Writes a number for each column. */
export function fillColumns(columns: Float32Array, value: PerColumn): void {
  if (typeof value === "number") columns.fill(value);
  else columns.set(value);
}
