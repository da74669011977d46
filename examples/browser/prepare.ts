// From a table of texts to numbers that a network takes: which rows and columns are used, and how they are scaled.
import { preprocessing } from "lanegrad";
import { isMissing, numberIn } from "./csv.js";
import type { Table } from "./csv.js";
import { UserError } from "./protocol.js";
import type { Column, LabelKind, Task } from "./protocol.js";
import { shorten } from "./shorten.js";

const TEST_SHARE = 0.2;
const MOST_CLASSES = 50;
const FEWEST_ROWS = 10;
/** The same split every time, so that a model that is opened again is tested on rows it has not seen. */
const SPLIT_SEED = 1;
/** Columns named in a message; there may be hundreds. */
const MOST_NAMED = 5;
const DECIMAL_COMMA = /^[-+]?\d*,\d+$/;
/** The largest count of ink in a block of a digit. */
const FULL_BLOCK = 16;

/** How values are scaled on the way in and, for a number, on the way out. */
export interface Scaling {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
  readonly label: { readonly mean: number; readonly scale: number };
}

/** Rows and what is to be learnt of each: codes of classes, or scaled numbers. */
export interface Part {
  readonly x: number[][];
  readonly y: number[];
}

/** All that training needs. */
export interface Prepared {
  readonly task: Task;
  readonly scaling: Scaling;
  readonly training: Part;
  readonly validation: Part;
  readonly test: Part;
  /** What was left out, and why. */
  readonly notices: readonly string[];
}

/** Where the rows come from, and which column is to be learnt. */
export interface Choice {
  readonly source: Task["source"];
  readonly dataName: string;
  readonly label: { readonly column: number; readonly kind: LabelKind };
  readonly validationShare: number;
}

/**
 * Prepares a table for training.
 *
 * @throws UserError with the way out, if it cannot be learnt from
 */
export function prepare(table: Table, choice: Choice): Prepared {
  const { column, kind } = choice.label;
  const notices: string[] = [];
  if (table.columns[column].distinct === 0) {
    throw new UserError(
      `The column “${table.columns[column].name}” is empty, so there is nothing to learn. Pick another column to learn.`,
    );
  }
  const inputs = inputColumns(table, column, notices);
  const rows = completeRows(table, [...inputs, column], notices);
  const labels = rows.map((row) => row[column]);
  const classes = kind === "class" ? classesOf(labels, table.columns[column].name) : [];
  const y = kind === "class" ? codesOf(labels, classes) : numbersOf(table, column, labels);
  const parts = split(
    rows.map((row) => inputs.map((i) => numberIn(row[i]))),
    y,
    kind,
    choice.validationShare,
  );
  const scaling = scalingOf(parts.training, choice);
  const task: Task = {
    source: choice.source,
    dataName: choice.dataName,
    labelName: table.columns[column].name,
    kind,
    classes,
    inputs: inputs.map((i, place) => ({
      name: table.columns[i].name,
      typical: Number(meanOf(parts.training.x.map((row) => row[place])).toPrecision(4)),
    })),
  };
  return {
    task,
    scaling,
    training: scalePart(parts.training, scaling),
    validation: scalePart(parts.validation, scaling),
    test: scalePart(parts.test, scaling),
    notices,
  };
}

/** A row as the network takes it. */
export function scaleRow(row: readonly number[], { mean, variance }: Scaling): number[] {
  return row.map((value, i) => (value - mean[i]) / (Math.sqrt(variance[i]) || 1));
}

function scalePart({ x, y }: Part, scaling: Scaling): Part {
  const { mean, scale } = scaling.label;
  return { x: x.map((row) => scaleRow(row, scaling)), y: y.map((value) => (value - mean) / scale) };
}

function inputColumns({ columns }: Table, label: number, notices: string[]): number[] {
  const others = columns.map((_, i) => i).filter((i) => i !== label);
  const usable = others.filter((i) => columns[i].isNumeric);
  const unusable = others.filter((i) => !columns[i].isNumeric).map((i) => columns[i]);
  const reasons = unusable
    .slice(0, MOST_NAMED)
    .map(({ name, firstText }) =>
      firstText === undefined
        ? `“${name}” is empty`
        : `“${name}” holds text (“${shorten(firstText.value)}” in row ${firstText.row})`,
    );
  if (unusable.length > MOST_NAMED) reasons.push(`${unusable.length - MOST_NAMED} more hold text`);
  const hint = unusable.map(aboutCommas).find((text) => text !== "") ?? "";
  if (usable.length === 0) {
    throw new UserError(
      `There is no column of numbers to learn from: ${reasons.join("; ")}. The page needs at least one; turn words into numbers, or pick another column to learn.${hint}`,
    );
  }
  if (reasons.length > 0)
    notices.push(`Left out, since only numbers can go in: ${reasons.join("; ")}.${hint}`);
  return usable;
}

/** The way out where a number was taken for a text. */
function aboutCommas({ firstText }: Column): string {
  const isNumber = firstText !== undefined && DECIMAL_COMMA.test(firstText.value);
  return isNumber ? " Numbers must be written with a decimal point, not a comma." : "";
}

function completeRows({ rows }: Table, used: readonly number[], notices: string[]): (readonly string[])[] {
  const complete = rows.filter((row) => used.every((i) => !isMissing(row[i])));
  const dropped = rows.length - complete.length;
  if (complete.length < FEWEST_ROWS) {
    throw new UserError(
      `Only ${complete.length} of ${rows.length} rows have a value in every column that is used; at least ${FEWEST_ROWS} are needed. Fill in what is missing, or take out the columns with the most gaps.`,
    );
  }
  if (dropped > 0) notices.push(`Left out: ${dropped} of ${rows.length} rows, in which a value is missing.`);
  return complete;
}

function classesOf(labels: readonly string[], name: string): string[] {
  const classes = [...new Set(labels)];
  if (classes.length === 1) {
    throw new UserError(
      `Every row has the same class, “${shorten(classes[0])}”, in the column “${name}”, so there is nothing to tell apart. Pick another column to learn.`,
    );
  }
  if (classes.length > MOST_CLASSES) {
    throw new UserError(
      `The column “${name}” has ${classes.length} different values, too many for classes (at most ${MOST_CLASSES}). Learn it as a number, or pick another column.`,
    );
  }
  const areNumbers = classes.every((value) => Number.isFinite(numberIn(value)));
  return areNumbers ? classes.sort((a, b) => Number(a) - Number(b)) : classes.sort();
}

function codesOf(labels: readonly string[], classes: readonly string[]): number[] {
  const codes = new Map(classes.map((name, code) => [name, code]));
  return labels.map((label) => codes.get(label) ?? 0);
}

function numbersOf({ columns }: Table, column: number, labels: readonly string[]): number[] {
  const { name, firstText } = columns[column];
  if (firstText !== undefined) {
    throw new UserError(
      `The column “${name}” cannot be learnt as a number: row ${firstText.row} holds “${shorten(firstText.value)}”. Learn it as a class, or pick another column.${aboutCommas(columns[column])}`,
    );
  }
  const numbers = labels.map(numberIn);
  if (new Set(numbers).size === 1) {
    throw new UserError(
      `Every row has the same number, ${numbers[0]}, in the column “${name}”, so there is nothing to learn. Pick another column.`,
    );
  }
  return numbers;
}

/** Rows for the end first, then those for validation; each class has its share in every part if it has enough rows. */
function split(
  x: number[][],
  y: number[],
  kind: LabelKind,
  validationShare: number,
): { training: Part; validation: Part; test: Part } {
  const counts = new Map<number, number>();
  for (const label of y) counts.set(label, (counts.get(label) ?? 0) + 1);
  const stratify = kind === "class" && Math.min(...counts.values()) >= 3;
  const options = { stratify, seed: SPLIT_SEED };
  const end = preprocessing.trainTestSplit(x, y, { ...options, testSize: TEST_SHARE });
  const test = { x: end.xTest, y: end.yTest };
  if (validationShare === 0) {
    return { training: { x: end.xTrain, y: end.yTrain }, validation: { x: [], y: [] }, test };
  }
  const share = validationShare / (1 - TEST_SHARE);
  const rest = preprocessing.trainTestSplit(end.xTrain, end.yTrain, { ...options, testSize: share });
  return {
    training: { x: rest.xTrain, y: rest.yTrain },
    validation: { x: rest.xTest, y: rest.yTest },
    test,
  };
}

/** Learnt from the rows trained on alone: the others must stay unseen. */
function scalingOf({ x, y }: Part, { source, label }: Choice): Scaling {
  const none = { mean: 0, scale: 1 };
  if (source === "digits") {
    // All blocks have one scale. Most of those at the rim are nearly always empty: a scale of their own would blow
    // up the least ink there.
    return { mean: x[0].map(() => 0), variance: x[0].map(() => FULL_BLOCK * FULL_BLOCK), label: none };
  }
  const { mean, variance } = preprocessing.standardScaler().fit(x);
  if (label.kind === "class") return { mean, variance, label: none };
  const scaler = preprocessing.standardScaler().fit(y.map((value) => [value]));
  return { mean, variance, label: { mean: scaler.mean[0], scale: scaler.scale[0] } };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
