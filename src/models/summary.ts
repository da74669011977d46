import { showShape } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import type { Layer } from "../layers/layer.js";
import { InputLayer } from "../layers/inputLayer.js";
import type { Shape } from "../graph/symbolic.js";

const WIDTHS = [33, 24, 15];
const HEADINGS = ["Layer (type)", "Output Shape", "Param #"];

function line(left: string, middle: string, right: string, fill: string): string {
  return left + WIDTHS.map((width) => fill.repeat(width)).join(middle) + right;
}

function row(cells: readonly string[], bar: string): string {
  const padded = cells.map((cell, i) => {
    const width = WIDTHS[i] - 2;
    const text = cell.length > width ? `${cell.slice(0, width - 1)}…` : cell;
    return i === 2 ? ` ${text.padStart(width)} ` : ` ${text.padEnd(width)} `;
  });
  return bar + padded.join(bar) + bar;
}

function count(values: number): string {
  return values.toLocaleString("en-US");
}

function size(values: number): string {
  const bytes = 4 * values;
  if (bytes < 1024) return `${bytes.toFixed(2)} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(2)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(2)} MB`;
}

/** The table that Keras prints: each layer with its output shape and its number of parameters. */
export function summaryLines(name: string, graph: Graph, implicitInput: boolean): string[] {
  const shapes = new Map<Layer, Shape>();
  for (const node of graph.nodes) if (!shapes.has(node.layer)) shapes.set(node.layer, node.outputs[0].shape);
  const shown = graph.layers.filter((layer) => !(implicitInput && layer instanceof InputLayer));
  const body = shown.map((layer) => {
    const shape = showShape(shapes.get(layer) as Shape).replace("null", "None");
    const tuple = `(${shape.slice(1, -1)}${shape.includes(",") ? "" : ","})`;
    return row([`${graph.names.get(layer)} (${layer.className})`, tuple, count(layer.countParams())], "│");
  });
  const total = graph.layers.reduce((sum, layer) => sum + layer.countParams(), 0);
  const trainable = graph.layers
    .flatMap((layer) => layer.trainedWeights)
    .reduce((sum, { size: n }) => sum + n, 0);
  return [
    `Model: "${name}"`,
    line("┏", "┳", "┓", "━"),
    row(HEADINGS, "┃"),
    line("┡", "╇", "┩", "━"),
    ...body.flatMap((text, i) => (i === 0 ? [text] : [line("├", "┼", "┤", "─"), text])),
    line("└", "┴", "┘", "─"),
    ` Total params: ${count(total)} (${size(total)})`,
    ` Trainable params: ${count(trainable)} (${size(trainable)})`,
    ` Non-trainable params: ${count(total - trainable)} (${size(total - trainable)})`,
  ];
}
