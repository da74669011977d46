import type { Layer } from "../layers/layer.js";

/** The length of each axis. The first is the batch, null because it differs from call to call. */
export type Shape = readonly (number | null)[];

/** A tensor of a model that is being described: a shape and where it comes from, no values. */
export class SymbolicTensor {
  /** The length of each axis; null for the batch. */
  readonly shape: Shape;
  /** The use of a layer that makes this tensor. */
  readonly node: Node;
  /** Which of that layer's outputs it is. */
  readonly index: number;

  /** @internal */
  constructor(shape: Shape, node: Node, index: number) {
    this.shape = shape;
    this.node = node;
    this.index = index;
  }
}

/** One use of a layer: the tensors that go in and come out. A shared layer has several. */
export class Node {
  readonly layer: Layer;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];

  constructor(layer: Layer, inputs: readonly SymbolicTensor[], outputShapes: readonly Shape[]) {
    this.layer = layer;
    this.inputs = inputs;
    this.outputs = outputShapes.map((shape, index) => new SymbolicTensor(shape, this, index));
  }
}

/** The number of values that one row of the batch has. */
export function rowSize(shape: Shape): number {
  let size = 1;
  for (const length of shape.slice(1)) size *= length ?? 1;
  return size;
}
