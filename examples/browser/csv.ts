// Reads a table from the text of a CSV file and says in plain words what is wrong with it.
import { parse } from "csv-parse/browser/esm/sync";
import { guessKind } from "./guessKind.js";
import { UserError } from "./protocol.js";
import type { Column, LabelKind } from "./protocol.js";

/** Larger files would keep a phone busy for too long. */
export const MOST_BYTES = 10 * 1024 * 1024;
const MOST_CELLS = 2_000_000;
const MOST_COLUMNS = 1_000;
const FEWEST_ROWS = 10;

const MISSING = new Set(["", "na", "n/a", "nan", "null", "none", "?", "-"]);
/** Of several that are as frequent the first is taken: a comma may be part of a number, a semicolon is not. */
const SEPARATORS = [";", "\t", ","];

/** A table of texts, all rows of one length. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly hasHeader: boolean;
}

/** Whether a cell says that its value is not known. */
export function isMissing(cell: string): boolean {
  return MISSING.has(cell.toLowerCase());
}

/** The number in a cell, or NaN. */
export function numberIn(cell: string): number {
  return cell === "" ? Number.NaN : Number(cell);
}

/**
 * The cells of a CSV file; commas, semicolons and tabs can be between them.
 *
 * @throws UserError if it is none, with the place of the first mistake
 */
export function readCells(text: string): string[][] {
  if (text.trim() === "")
    throw new UserError("This file is empty. Choose a CSV file with a row for each example.");
  if (text.includes("\0")) {
    throw new UserError(
      "This is not a text file. If it is a spreadsheet, save it as CSV there and choose that file.",
    );
  }
  const cells = parseCells(text);
  const width = cells[0].length;
  const ragged = cells.findIndex((row) => row.length !== width);
  if (ragged !== -1) {
    throw new UserError(
      `Row ${ragged + 1} has ${count(cells[ragged].length, "cell")}, but the first row has ${width}. Every row must have as many; look for a missing or an extra separator there.`,
    );
  }
  if (width < 2) {
    throw new UserError(
      "This file has one column only. It needs at least one to learn from and one to be learnt, with commas, semicolons or tabs between them.",
    );
  }
  if (width > MOST_COLUMNS || width * cells.length > MOST_CELLS) {
    throw new UserError(
      `This table is too large for this page: ${cells.length.toLocaleString("en")} rows of ${width} columns. Keep it below ${MOST_CELLS.toLocaleString("en")} cells and ${MOST_COLUMNS.toLocaleString("en")} columns.`,
    );
  }
  return cells;
}

function parseCells(text: string): string[][] {
  const firstLine =
    text
      .slice(0, 10_000)
      .split(/\r?\n/)
      .find((line) => line.trim() !== "") ?? "";
  const found = SEPARATORS.map((separator) => firstLine.split(separator).length);
  try {
    return parse(text, {
      delimiter: SEPARATORS[found.indexOf(Math.max(...found))],
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    });
  } catch (error) {
    const { lines } = error as { lines?: number };
    const place = lines === undefined ? "" : ` Reading stopped at line ${lines}.`;
    throw new UserError(
      `This file cannot be read as CSV, most likely because a quotation mark has no partner.${place}`,
    );
  }
}

/** Whether the first row looks like names: no cell of it is a number. */
export function guessHeader(cells: readonly (readonly string[])[]): boolean {
  return cells[0].every((cell) => Number.isNaN(numberIn(cell)));
}

/**
 * Parts names from rows and looks at each column.
 *
 * @throws UserError if there are too few rows
 */
export function readTable(cells: readonly (readonly string[])[], hasHeader: boolean): Table {
  const rows = hasHeader ? cells.slice(1) : cells;
  if (rows.length < FEWEST_ROWS) {
    throw new UserError(
      `This file has ${count(rows.length, "row")} of data. At least ${FEWEST_ROWS} are needed to train and to test.`,
    );
  }
  const columns = cells[0].map((cell, i) =>
    describeColumn(hasHeader && cell !== "" ? cell : `column ${i + 1}`, rows, i, hasHeader ? 2 : 1),
  );
  return { columns, rows, hasHeader };
}

function describeColumn(
  name: string,
  rows: readonly (readonly string[])[],
  column: number,
  firstRow: number,
): Column {
  const values = new Set<string>();
  let missing = 0;
  let firstText: Column["firstText"];
  rows.forEach((row, i) => {
    const value = row[column];
    if (isMissing(value)) {
      missing++;
      return;
    }
    values.add(value);
    if (firstText === undefined && !Number.isFinite(numberIn(value)))
      firstText = { value, row: i + firstRow };
  });
  const isNumeric = firstText === undefined && missing < rows.length;
  return { name, isNumeric, distinct: values.size, missing, firstText };
}

/**
 * The last column is the usual place for what is to be learnt; text and few different numbers are classes. Lines that
 * end with a separator make an empty column after it.
 */
export function guessLabel({ columns }: Table): { column: number; kind: LabelKind } {
  const filled = columns.filter(({ distinct }) => distinct > 0);
  const column = columns.indexOf(filled.at(-1) ?? columns[0]);
  return { column, kind: guessKind(columns[column]) };
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
