// Where data is chosen, and the column of it that is to be learnt.
import { byId, make, whole } from "./dom.js";
import { guessKind } from "./guessKind.js";
import { paintPicture } from "./pixels.js";
import type { BuiltIn, LabelKind, TableSummary } from "./protocol.js";

/** What the panel tells. */
export interface DataListener {
  opened(source: BuiltIn | File): void;
  /** A table of the user's is to be chosen: there is none yet. */
  awaited(): void;
  headerChanged(hasHeader: boolean): void;
  /** Another column, or another kind, is to be learnt. */
  labelChanged(): void;
}

const MOST_COLUMNS_SHOWN = 8;

/** The panel. */
export class DataPanel {
  readonly #listener: DataListener;
  readonly #column = byId<HTMLSelectElement>("label-column");
  readonly #header = byId<HTMLInputElement>("has-header");
  readonly #file = byId<HTMLInputElement>("csv-file");
  #table: TableSummary | undefined;
  #lastFile: File | undefined;

  constructor(listener: DataListener) {
    this.#listener = listener;
    for (const radio of radios("source")) radio.addEventListener("change", () => this.#choose());
    for (const radio of radios("kind")) radio.addEventListener("change", () => listener.labelChanged());
    this.#file.addEventListener("change", () => {
      const file = this.#file.files?.[0];
      // Otherwise the same file, corrected, could not be chosen again.
      this.#file.value = "";
      if (file === undefined) return;
      this.#lastFile = file;
      listener.opened(file);
    });
    this.#header.addEventListener("change", () => listener.headerChanged(this.#header.checked));
    this.#column.addEventListener("change", () => {
      if (this.#table !== undefined) setKind(guessKind(this.#table.columns[Number(this.#column.value)]));
      listener.labelChanged();
    });
  }

  get source(): BuiltIn | "file" {
    return radios("source").find(({ checked }) => checked)?.value as BuiltIn | "file";
  }

  /** Which column is to be learnt, and as what. */
  get label(): { column: number; kind: LabelKind } {
    if (this.source !== "file" && this.#table !== undefined) return this.#table.label;
    const kind = radios("kind").find(({ checked }) => checked)?.value as LabelKind;
    return { column: Number(this.#column.value), kind };
  }

  get table(): TableSummary | undefined {
    return this.#table;
  }

  /** Opens what is chosen. */
  open(): void {
    this.#choose();
  }

  /** Forgets the table, since another one takes its place. */
  forgetTable(): void {
    this.#table = undefined;
    byId("table-options").hidden = true;
    byId("sample").replaceChildren();
  }

  /** Forgets the file too, since it could not be read. */
  forget(): void {
    this.forgetTable();
    this.#lastFile = undefined;
  }

  show(table: TableSummary): void {
    this.#table = table;
    byId("table-options").hidden = this.source !== "file";
    this.#header.checked = table.hasHeader;
    this.#column.replaceChildren(...table.columns.map(({ name }, i) => make("option", { value: i }, name)));
    this.#column.value = String(table.label.column);
    setKind(table.label.kind);
    this.repaint();
  }

  /** Shows the first rows again, in the colours of the page as they are now. */
  repaint(): void {
    if (this.#table === undefined) return;
    if (this.source === "digits") showDigits(this.#table);
    else showRows(this.#table);
  }

  #choose(): void {
    const { source } = this;
    byId("file-options").hidden = source !== "file";
    this.forgetTable();
    if (source !== "file") this.#listener.opened(source);
    else if (this.#lastFile !== undefined) this.#listener.opened(this.#lastFile);
    else this.#listener.awaited();
  }
}

function radios(name: string): HTMLInputElement[] {
  return Array.from(document.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`));
}

function setKind(kind: LabelKind): void {
  for (const radio of radios("kind")) radio.checked = radio.value === kind;
}

function showDigits({ sample }: TableSummary): void {
  const place = byId("sample");
  const pictures = sample.map((row) => {
    const label = row[row.length - 1];
    return { row, canvas: make("canvas", { class: "pixels", role: "img", "aria-label": label }) };
  });
  place.replaceChildren(make("div", { class: "digits" }, ...pictures.map(({ canvas }) => canvas)));
  for (const { row, canvas } of pictures) paintPicture(canvas, row.slice(0, -1).map(Number));
}

function showRows({ name, rows, columns, sample }: TableSummary): void {
  const shown = columns.slice(0, MOST_COLUMNS_SHOWN);
  const more = columns.length - shown.length;
  const table = make(
    "table",
    {},
    make(
      "caption",
      {},
      `${name}: ${whole(rows)} rows, ${whole(columns.length)} columns${more > 0 ? `, of which ${more} are not shown` : ""}`,
    ),
    make(
      "thead",
      {},
      make("tr", {}, ...shown.map((column) => make("th", { scope: "col" }, ...breakable(column.name)))),
    ),
    make(
      "tbody",
      {},
      ...sample.map((row) =>
        make("tr", {}, ...row.slice(0, shown.length).map((value) => make("td", {}, value))),
      ),
    ),
  );
  byId("sample").replaceChildren(
    make("div", { class: "scroller", role: "region", "aria-label": "First rows", tabindex: "0" }, table),
  );
}

/** A name that may be broken into lines after each of its words. */
function breakable(name: string): (string | HTMLElement)[] {
  return name.split(/(?<=[_ .])/).flatMap((word) => [word, make("wbr")]);
}
