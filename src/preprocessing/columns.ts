import { LanegradError, show, unknownName } from "../errors.js";
import { invalidOption } from "../options.js";
import { isNumericArray, TEXT_HINT } from "../tensor/nested.js";
import type { NumericArray } from "../tensor/nested.js";

/**
 * Turns columns into rows.
 *
 * @param table the columns by name, all of one length; true is 1 and false 0
 * @param names which columns, and in what order; default: all, in the order of the record
 * @returns one array of numbers for each row
 * @throws LanegradError INVALID_DATA if a column is text or holds anything but numbers, if there are
 * no columns, if they differ in length, or if the table is no record of columns
 * @throws LanegradError UNKNOWN_NAME if a name is not among the columns
 * @throws LanegradError INVALID_OPTION if names are no array
 */
export function columns(
  table: Readonly<Record<string, readonly (number | boolean)[] | NumericArray>>,
  names?: readonly string[],
): number[][] {
  const known = namesOf(table);
  return rowsOf(table, names === undefined ? known : namesOption(names));
}

function rowsOf(table: Readonly<Record<string, ArrayLike<unknown>>>, names: readonly string[]): number[][] {
  for (const name of names)
    if (!Object.hasOwn(table, name)) throw unknownName("column", name, Object.keys(table));
  if (names.length === 0) {
    throw new LanegradError("INVALID_DATA", `columns needs at least one column. Received: ${show(table)}`);
  }
  checkIsColumn(names[0], table[names[0]]);
  const { length } = table[names[0]];
  for (const name of names) checkColumn(name, table[name], names[0], length);
  return Array.from({ length }, (_, row) => names.map((name) => Number(table[name][row])));
}

function namesOf(table: unknown): string[] {
  if (typeof table === "object" && table !== null && !Array.isArray(table)) return Object.keys(table);
  const hint = Array.isArray(table)
    ? " Rows that are records become rows of numbers with rows.map((row) => [Number(row.a), Number(row.b)])."
    : "";
  throw new LanegradError(
    "INVALID_DATA",
    `columns takes a record of columns by name.${hint} Received: ${show(table)}`,
  );
}

function namesOption(names: unknown): readonly string[] {
  if (Array.isArray(names)) return names;
  throw invalidOption("names", "an array of names of columns", names);
}

function checkIsColumn(name: string, column: unknown): asserts column is unknown[] | NumericArray {
  if (Array.isArray(column) || isNumericArray(column)) return;
  throw new LanegradError(
    "INVALID_DATA",
    `column ${name} must be an array of numbers. Received: ${show(column)}`,
  );
}

function checkColumn(name: string, column: unknown, firstName: string, length: number): void {
  checkIsColumn(name, column);
  if (column.length !== length) {
    throw new LanegradError(
      "INVALID_DATA",
      `column ${name} must have ${length} values like column ${firstName}. Received: ${column.length} values`,
    );
  }
  if (isNumericArray(column)) return;
  const wrong = column.findIndex((value) => typeof value !== "number" && typeof value !== "boolean");
  if (wrong === -1) return;
  const hint = typeof column[wrong] === "string" ? ` ${TEXT_HINT}` : "";
  throw new LanegradError(
    "INVALID_DATA",
    `column ${name} must hold numbers; row ${wrong} does not.${hint} Received: ${show(column[wrong])}`,
  );
}
