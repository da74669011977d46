import { showShape } from "../errors.js";
import type { Graph, NamedWeight } from "../graph/graph.js";
import type { Layer } from "../layers/layer.js";
import type { Shape, SymbolicTensor } from "../graph/symbolic.js";

const COLUMNS: readonly (readonly [heading: string, width: number])[] = [
  ["Layer (type)", 33],
  ["Output Shape", 24],
  ["Param #", 15],
  ["Connected to", 24],
];

function line(columns: number, left: string, middle: string, right: string, fill: string): string {
  const parts = COLUMNS.slice(0, columns).map(([, width]) => fill.repeat(width));
  return left + parts.join(middle) + right;
}

function row(cells: readonly string[], bar: string): string {
  const padded = cells.map((cell, i) => {
    const width = COLUMNS[i][1] - 2;
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

function tuple(shape: Shape): string {
  const text = showShape(shape).replace("null", "None");
  return `(${text.slice(1, -1)}${text.includes(",") ? "" : ","})`;
}

/** Where the tensors of each layer come from: "dense", and "dense[1]" for a second output. */
function connections({ inputs, inputNames, names, nodes }: Graph): Map<Layer, string> {
  const nameOf = (tensor: SymbolicTensor): string => {
    const { node, index } = tensor;
    return inputNames[inputs.indexOf(tensor)] ?? `${names.get(node.layer)}${index === 0 ? "" : `[${index}]`}`;
  };
  const found = new Map<Layer, string[]>();
  for (const { layer, inputs: sources } of nodes) {
    found.set(layer, [...(found.get(layer) ?? []), ...sources.map(nameOf)]);
  }
  return new Map([...found].map(([layer, names]) => [layer, names.join(", ")]));
}

/** Whether each layer takes what the one before it made, and nothing else. */
function isChain({ inputs, outputs, nodes, layers }: Graph): boolean {
  return (
    inputs.length === 1 &&
    outputs.length === 1 &&
    nodes.length === layers.length &&
    nodes.every(
      ({ inputs: sources }, i) => sources.length === 1 && (i === 0 || sources[0].node === nodes[i - 1]),
    )
  );
}

/** The table that Keras prints: each layer with its output shape and its number of parameters. */
export function summaryLines(name: string, graph: Graph, hidesInput: boolean): string[] {
  const shapes = new Map<Layer, readonly SymbolicTensor[]>();
  for (const node of graph.nodes) if (!shapes.has(node.layer)) shapes.set(node.layer, node.outputs);
  // A tensor inside another model is an input like any other here.
  const entrances = graph.inputs.map(({ shape }, i) => [
    `${graph.inputNames[i]} (InputLayer)`,
    tuple(shape),
    "0",
    "-",
  ]);
  const columns = isChain(graph) ? 3 : 4;
  const sources = connections(graph);
  const computed = graph.layers.map((layer) => {
    const outputs = (shapes.get(layer) ?? []).map(({ shape }) => tuple(shape)).join(", ");
    const kind = `${graph.names.get(layer)} (${layer.className})`;
    return [kind, outputs, count(layer.countParams()), sources.get(layer) ?? "-"];
  });
  const body = [...(hidesInput ? [] : entrances), ...computed].map((cells) =>
    row(cells.slice(0, columns), "│"),
  );
  const sizeOfAll = (weights: readonly NamedWeight[]): number =>
    weights.reduce((sum, { weight }) => sum + weight.size, 0);
  const total = sizeOfAll(graph.weights());
  const trainable = sizeOfAll(graph.trainableWeights());
  const headings = COLUMNS.slice(0, columns).map(([heading]) => heading);
  return [
    `Model: "${name}"`,
    line(columns, "┏", "┳", "┓", "━"),
    row(headings, "┃"),
    line(columns, "┡", "╇", "┩", "━"),
    ...body.flatMap((text, i) => (i === 0 ? [text] : [line(columns, "├", "┼", "┤", "─"), text])),
    line(columns, "└", "┴", "┘", "─"),
    ...Object.entries({ Total: total, Trainable: trainable, "Non-trainable": total - trainable }).map(
      ([kind, values]) => ` ${kind} params: ${count(values)} (${size(values)})`,
    ),
  ];
}
