// The worker: reads tables, trains, judges and answers, so that the page can go on drawing and listening.
import { backend, LanegradError, ready } from "lanegrad";
import type { Model } from "lanegrad";
import { BUILT_IN } from "./builtIn.js";
import { guessHeader, guessLabel, MOST_BYTES, readCells, readTable } from "./csv.js";
import type { Table } from "./csv.js";
import { ask, judge } from "./judge.js";
import { readModelFile, writeModelFile } from "./modelFile.js";
import type { PageMetadata } from "./modelFile.js";
import { prepare } from "./prepare.js";
import { UserError } from "./protocol.js";
import type { BuiltIn, FromWorker, TableSummary, Task, ToWorker } from "./protocol.js";
import { Session } from "./session.js";

const SAMPLE_ROWS = 4;
const SAMPLE_DIGITS = 24;
/** Far more than the largest network that this page builds. */
const MOST_MODEL_BYTES = 64 * 1024 * 1024;

/** What a worker's global object has that a page's has not; the types know pages alone. */
interface WorkerScope {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker>) => void): void;
}
const scope = globalThis as unknown as WorkerScope;

/** A table with where it comes from. */
interface Opened {
  readonly source: Task["source"];
  readonly name: string;
  readonly cells: string[][];
  readonly table: Table;
}

let opened: Opened | undefined;
/** How often something was to be opened: what comes late must not take the place of what was chosen after it. */
let openings = 0;
let session: Session | undefined;
/** Ends with the training under way; never rejects. */
let underWay: Promise<void> = Promise.resolve();
/** The network that answers: one in training, or one from a file. */
let answering: ({ net: Model } & PageMetadata) | undefined;

async function textOf(source: BuiltIn | File): Promise<string> {
  if (typeof source !== "string") {
    if (source.size > MOST_BYTES) {
      const megabytes = (source.size / 1024 / 1024).toFixed(1);
      throw new UserError(
        `This file has ${megabytes} MB, more than this page takes (${MOST_BYTES / 1024 / 1024} MB). Keep fewer rows or columns.`,
      );
    }
    return source.text();
  }
  const address = new URL(`data/${BUILT_IN[source].file}`, import.meta.url);
  const response = await fetch(address).catch(() => undefined);
  if (response?.ok !== true) {
    const status = response === undefined ? "" : ` (status ${response.status})`;
    throw new UserError(
      `The data set could not be fetched${status}. Check the connection, then choose it again.`,
    );
  }
  return response.text();
}

async function readSource(source: BuiltIn | File): Promise<Opened> {
  const cells = readCells(await textOf(source));
  const table = readTable(cells, guessHeader(cells));
  if (typeof source === "string") return { source, name: BUILT_IN[source].title, cells, table };
  return { source: "file", name: source.name, cells, table };
}

function summaryOf({ source, name, table }: Opened): TableSummary {
  return {
    source,
    name,
    rows: table.rows.length,
    hasHeader: table.hasHeader,
    columns: table.columns,
    sample: source === "digits" ? table.rows.slice(0, SAMPLE_DIGITS) : table.rows.slice(0, SAMPLE_ROWS),
    label: source === "file" ? guessLabel(table) : BUILT_IN[source].label,
  };
}

async function train(running: Session): Promise<void> {
  const result = await running.train((firstEpoch, logs) => {
    if (session === running) scope.postMessage({ type: "progress", firstEpoch, logs });
  });
  if (session !== running) return;
  const { completed, milliseconds, settings } = running;
  scope.postMessage({ type: "ended", completed, epochs: settings.epochs, milliseconds, result });
}

/** Trains when the training before has come to its end; a message is late then, but never lost. */
async function trainNext(running: Session): Promise<void> {
  await underWay;
  const training = train(running);
  underWay = training.catch(() => undefined);
  return training;
}

async function load(file: File): Promise<void> {
  if (file.size > MOST_MODEL_BYTES) {
    throw new UserError(
      "This file is far larger than any model of this page. Choose one that “Download model” has made.",
    );
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { net, metadata } = readModelFile(bytes);
  const { task, scaling, validationShare } = metadata;
  session?.stop();
  session = undefined;
  answering = { net, ...metadata };
  scope.postMessage({ type: "loaded", task, parameters: net.countParams() });
  if (task.source === "file") return;
  // The data is at hand, and split as it was: the network can be judged again on rows it has not seen.
  const { table } = await readSource(task.source);
  const { label } = BUILT_IN[task.source];
  const choice = { source: task.source, dataName: task.dataName, label, validationShare };
  const result = judge(net, task, scaling, prepare(table, choice).test);
  scope.postMessage({ type: "ended", completed: 0, epochs: 0, milliseconds: 0, result });
}

async function handle(message: ToWorker): Promise<void> {
  switch (message.type) {
    case "open": {
      const opening = ++openings;
      const found = await readSource(message.source).catch((error: unknown) => {
        if (opening === openings) throw error;
      });
      if (found === undefined || opening !== openings) return;
      opened = found;
      return scope.postMessage({ type: "opened", table: summaryOf(opened) });
    }
    case "header":
      if (opened === undefined) return;
      opened = { ...opened, table: readTable(opened.cells, message.hasHeader) };
      return scope.postMessage({ type: "opened", table: summaryOf(opened) });
    case "train": {
      if (opened === undefined) return;
      const { source, name, table } = opened;
      const { validationShare } = message.settings;
      const prepared = prepare(table, { source, dataName: name, label: message.label, validationShare });
      session?.stop();
      session = new Session(prepared, message.settings);
      answering = { net: session.net, task: prepared.task, scaling: prepared.scaling, validationShare };
      scope.postMessage({ type: "started", run: session.summary() });
      return trainNext(session);
    }
    case "resume":
      return session === undefined ? undefined : trainNext(session);
    case "stop":
      return session?.stop();
    case "reset":
      session?.stop();
      session = undefined;
      answering = undefined;
      return;
    case "ask": {
      if (answering === undefined) return;
      const { net, task, scaling } = answering;
      const answer = ask(net, task, scaling, message.values);
      return scope.postMessage({ type: "answer", ticket: message.ticket, answer });
    }
    case "save": {
      if (answering === undefined) return;
      const { net, task, scaling, validationShare } = answering;
      const bytes = writeModelFile(net, { task, scaling, validationShare });
      const stem = task.source === "file" ? task.dataName.replace(/\.\w+$/, "") : task.source;
      return scope.postMessage({ type: "saved", name: `${stem}.safetensors`, bytes }, [bytes.buffer]);
    }
    case "load":
      return load(message.file);
  }
}

function explain(error: unknown): string {
  if (error instanceof UserError || error instanceof LanegradError) return error.message;
  return `Something went wrong that this page did not expect: ${String(error)}. Reload the page and try again.`;
}

scope.addEventListener("message", ({ data }) => {
  handle(data).catch((error: unknown) => {
    scope.postMessage({ type: "failed", request: data.type, message: explain(error) });
  });
});

ready().then(
  () => scope.postMessage({ type: "ready", build: backend().name }),
  (error: unknown) => scope.postMessage({ type: "failed", request: "start", message: explain(error) }),
);
