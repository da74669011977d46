import type { RegularizerSpec } from "../regularizers/index.js";

/** Options of every layer. */
export interface LayerOptions {
  /** The layer's name, unique within a model. Default: its kind with a number, as in Keras. */
  name?: string;
  /** Whether training changes its weights; read when the model is compiled. Default true. */
  trainable?: boolean;
  /** For the first layer of a sequential model: the shape of one row of input. */
  inputShape?: readonly number[];
  /**
   * A penalty on the layer's outputs, added to the loss in training and evaluation, divided by the rows of the
   * batch, as in Keras 3. Default none.
   */
  activityRegularizer?: RegularizerSpec;
}

/** The names of these options. */
export const BASE_OPTIONS: readonly string[] = ["name", "trainable", "inputShape", "activityRegularizer"];
