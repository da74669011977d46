// What layers that move the pixels of an image have in common.
import type { MaskKey, Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import { finiteNumber } from "../options.js";
import { imageKernels } from "../runtime/kernels/images.js";
import { FILL_MODES, fillModeOption, interpolationOption } from "./imageOptions.js";
import type { FillMode, ImageSizes, Interpolation, Range } from "./imageOptions.js";
import { RandomImageLayer } from "./randomImage.js";
import type { RandomImageOptions } from "./randomImage.js";

/** Options of layers that move the pixels of images. */
export interface RandomAffineOptions extends RandomImageOptions {
  /** What lies beyond the edges: "reflect", "wrap", "constant" or "nearest". Default "reflect". */
  fillMode?: FillMode;
  /** What lies beyond the edges with fillMode "constant". Default 0. */
  fillValue?: number;
  /** "bilinear" or "nearest". Default "bilinear". */
  interpolation?: Interpolation;
}

/** Kinds of movements, as the kernels number them. */
export const MOVEMENTS = { translation: 0, rotation: 1, zoom: 2 } as const;

/** What is drawn for an image. */
export interface Movement {
  readonly kind: number;
  /** Of height, or of the angle. */
  readonly range: Range;
  /** Of width; undefined where there is one number for both. */
  readonly other: Range | undefined;
}

/** A layer that moves pixels by a linear map of its own for each image. */
export abstract class RandomAffineLayer extends RandomImageLayer {
  /** The option `fillMode`. */
  readonly fillMode: FillMode;
  /** The option `fillValue`. */
  readonly fillValue: number;
  /** The option `interpolation`. */
  readonly interpolation: Interpolation;
  protected abstract readonly movement: Movement;

  protected constructor(kind: string, options: RandomAffineOptions, known: readonly string[]) {
    super(kind, options, ["fillMode", "fillValue", "interpolation", ...known]);
    this.fillMode = fillModeOption(options.fillMode ?? "reflect");
    this.fillValue = finiteNumber("fillValue", options.fillValue ?? 0);
    this.interpolation = interpolationOption(options.interpolation ?? "bilinear");
  }

  protected override operation(
    plan: PlanBuilder,
    key: MaskKey,
    sizes: ImageSizes,
    x: Slot,
    y: Slot,
  ): Operation {
    const transforms = plan.temporary(TRANSFORM_FLOATS, true);
    return new ResampleOperation(this, this.movement, key, sizes, transforms, x, y, plan.gradientOf(x));
  }

  override getConfig(): Record<string, unknown> {
    const { fillMode, fillValue, interpolation } = this;
    return { ...super.getConfig(), fillMode, fillValue, interpolation };
  }
}

/** The floats that hold the six float64 numbers of a transform. */
const TRANSFORM_FLOATS = 12;

/** The transforms of a batch are kept for backward. */
class ResampleOperation implements Operation {
  readonly #fillMode: number;
  readonly #fillValue: number;
  readonly #isNearest: number;

  constructor(
    layer: RandomAffineLayer,
    readonly movement: Movement,
    readonly key: MaskKey,
    readonly sizes: ImageSizes,
    readonly transforms: Pointer,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    this.#fillMode = FILL_MODES.indexOf(layer.fillMode);
    this.#fillValue = layer.fillValue;
    this.#isNearest = layer.interpolation === "nearest" ? 1 : 0;
  }

  forward({ rows, step }: StepContext): void {
    const { kind, range, other } = this.movement;
    const { height, width, channels } = this.sizes;
    const { key0, key1 } = this.key;
    const { address } = this.transforms;
    const second = other ?? range;
    const isTied = other === undefined ? 1 : 0;
    const kernels = imageKernels();
    kernels.transformImages(
      address,
      rows,
      height,
      width,
      kind,
      range[0],
      range[1],
      second[0],
      second[1],
      isTied,
      key0,
      key1,
      step,
    );
    kernels.resampleForward(
      this.x.value,
      address,
      this.y.value,
      rows,
      height,
      width,
      channels,
      this.#fillMode,
      this.#fillValue,
      this.#isNearest,
    );
  }

  backward({ rows }: StepContext): void {
    const { height, width, channels } = this.sizes;
    imageKernels().resampleBackward(
      this.y.gradient,
      this.transforms.address,
      this.dX.address,
      rows,
      height,
      width,
      channels,
      this.#fillMode,
      this.#isNearest,
    );
  }
}
