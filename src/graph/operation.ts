import type { Kernels } from "../runtime/kernels/index.js";

/** What an operation may read while it runs. One object per plan, changed in place from step to step. */
export class StepContext {
  kernels!: Kernels;
  /** Rows of the batch. */
  rows = 0;
  /** Training steps the model has taken: the counter of dropout masks. */
  step = 0;
  /** Memory for packing inside matrix products. */
  workspace = 0;
}

/** A part of a plan: kernel calls on addresses that are fixed until memory moves. */
export interface Operation {
  forward(context: StepContext): void;
  /** Reads the gradients of its outputs (and may overwrite them), writes its sinks. */
  backward?(context: StepContext): void;
  /** Takes back what `forward` changed that outlives the step: where a later part of it fails, and for gradients alone. */
  undo?(context: StepContext): void;
}

/** The key of a layer's masks in one plan; set again when the plan gets another seed. */
export class MaskKey {
  key0 = 0;
  key1 = 0;
}
