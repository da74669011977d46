import { LanegradError, show } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import type { Plan } from "../graph/plan.js";
import type { Slot } from "../graph/slot.js";
import { memory } from "../runtime/runtime.js";
import { tensorAt } from "../tensor/inMemory.js";
import { Tensor } from "../tensor/tensor.js";
import { byName } from "./byName.js";
import type { Dataset } from "./dataset.js";
import { inputRows, label } from "./modelData.js";
import { BackwardPlan } from "./network.js";
import { clear, outputAt, shapeOf } from "./predict.js";
import { toRows } from "./rows.js";
import type { Rows } from "./rows.js";
import type { Trainer } from "./trainer.js";

/** What `gradients` returns. */
export interface Gradients {
  /** The loss of the batch, penalties included. */
  loss: number;
  /** The gradient of the loss with respect to each trained weight, by "layer/weight". */
  weights: Map<string, Tensor>;
  /** The gradient of the loss with respect to each input. */
  inputs: Tensor[];
}

/** What `vjp` returns. */
export interface VectorJacobianProduct {
  /** The outputs of the model. */
  outputs: Tensor[];
  /** The product with respect to each trained weight, by "layer/weight". */
  weights: Map<string, Tensor>;
  /** The product with respect to each input. */
  inputs: Tensor[];
}

const NO_BLOCKS: readonly never[] = [];

function weightGradients(graph: Graph, plan: Plan): Map<string, Tensor> {
  const gradients = new Map<string, Tensor>();
  for (const { path, weight } of graph.weights()) {
    const pointer = plan.weightGradients.get(weight);
    if (pointer === undefined) continue;
    gradients.set(path, tensorAt(pointer.address, weight.shape));
  }
  return gradients;
}

/** An input that nothing depends on has a gradient of zeros. */
function inputGradients(slots: readonly Slot[], rows: number): Tensor[] {
  return slots.map((slot) => {
    const shape = shapeOf(slot, rows);
    return slot.gradient === 0
      ? new Tensor(new Float32Array(rows * slot.rowSize), shape)
      : tensorAt(slot.gradient, shape);
  });
}

/** The gradients of the loss of one batch, in training mode; nothing advances. */
export function gradients(graph: Graph, trainer: Trainer, dataset: Dataset): Gradients {
  const lossPlan = trainer.gradientPlan();
  const { plan, ports } = lossPlan;
  const rows = dataset.count;
  try {
    plan.prepare(rows, [dataset.block]);
    plan.seedMasks(trainer.maskSeed);
    plan.context.step = trainer.step;
    lossPlan.feed(dataset, 0, rows);
    const dataLoss = lossPlan.forward(new Float64Array(trainer.heads.length));
    plan.backward();
    const loss = dataLoss + lossPlan.penalties(true);
    return { loss, weights: weightGradients(graph, plan), inputs: inputGradients(ports.inputs, rows) };
  } finally {
    plan.undo();
  }
}

/** Backward from given gradients of the outputs. */
export function vectorJacobianProduct(
  graph: Graph,
  x: unknown,
  dY: unknown,
  mode: { training: boolean; maskSeed: number; step: number },
): VectorJacobianProduct {
  const inputs = inputRows(graph, x);
  const rows = inputs[0].count;
  const backward = new BackwardPlan(graph, mode.training);
  const { plan, ports } = backward;
  const outputGradients = byName(dY, graph.outputNames, "dY");
  const dOutputs = ports.outputs.map((slot, i) =>
    checkGradient(outputGradients[i], slot, rows, label("dY", graph.outputNames, i)),
  );
  plan.prepare(rows, NO_BLOCKS);
  plan.seedMasks(mode.maskSeed);
  plan.context.step = mode.step;
  inputs.forEach((source, i) => source.copyTo(memory().floats, ports.inputs[i].value >>> 2, 0, rows));
  plan.forward();
  const outputs = ports.outputs.map((slot) => outputAt(slot, rows));
  backward.outputGradients.forEach(({ address }, i) => {
    const source = dOutputs[i];
    if (source === null) clear(address, rows * ports.outputs[i].rowSize);
    else source.copyTo(memory().floats, address >>> 2, 0, rows);
  });
  plan.backward();
  return { outputs, weights: weightGradients(graph, plan), inputs: inputGradients(ports.inputs, rows) };
}

function checkGradient(gradient: unknown, slot: Slot, rows: number, name: string): Rows | null {
  if (gradient === null || gradient === undefined) return null;
  const source = toRows(gradient, shapeOf(slot, rows).slice(1), name);
  if (source.count === rows) return source;
  throw new LanegradError(
    "SHAPE_MISMATCH",
    `${name} must have a row for each of ${rows} inputs. Received: ${show(source.count)} rows`,
  );
}
