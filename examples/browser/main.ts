// The page: what the user does becomes a message to the worker, and its answers become what is seen.
import { BUILT_IN, FILE_SETTINGS } from "./builtIn.js";
import { DataPanel } from "./dataPanel.js";
import { byId, percent, reducesMotion, whole } from "./dom.js";
import type { FromWorker, Task, TestResult, ToWorker } from "./protocol.js";
import { showResult } from "./results.js";
import { SettingsPanel } from "./settingsPanel.js";
import { TrainingPanel } from "./trainingPanel.js";
import { TryPanel } from "./tryPanel.js";

/** So long after which a browser may drop the bytes of a download that has begun. */
const MILLISECONDS_TO_SAVE = 60_000;

const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
const form = byId<HTMLFormElement>("setup");
const training = new TrainingPanel();
const settings = new SettingsPanel();
const data = new DataPanel({
  opened: (source) => {
    clearProblem();
    forgetRun();
    data.forgetTable();
    settings.showEnds(undefined);
    training.phase = "waiting";
    training.say("Reading the data …");
    send({ type: "open", source });
    settings.settings = typeof source === "string" ? BUILT_IN[source].settings : FILE_SETTINGS;
  },
  awaited: () => {
    forgetRun();
    settings.showEnds(undefined);
    training.phase = "waiting";
    training.say("Choose a CSV file first.");
  },
  headerChanged: (hasHeader) => {
    forgetRun();
    send({ type: "header", hasHeader });
  },
  labelChanged: () => {
    forgetRun();
    training.phase = "idle";
    showWhatIsReady();
  },
});

/** Whether the kernels run here; taken to be so until the worker says otherwise. */
let canTrain = true;
let tryPanel: TryPanel | undefined;
let task: Task | undefined;
/** The last question asked: an answer to an earlier one comes too late. */
let ticket = 0;
/** Only one question is on its way; the latest of those that came meanwhile is asked next. */
let isAsking = false;
let nextQuestion: readonly number[] | undefined;

function send(message: ToWorker): void {
  worker.postMessage(message);
}

function announce(text: string): void {
  byId("announcement").textContent = text;
}

function showProblem(message: string): void {
  byId("problem-text").textContent = message.slice(0, 1).toUpperCase() + message.slice(1);
  byId("problem").hidden = false;
  byId("problem").scrollIntoView({ block: "center", behavior: reducesMotion() ? "auto" : "smooth" });
}

function clearProblem(): void {
  byId("problem").hidden = true;
}

/** Back to before training: what there was to see of a network goes. */
function forgetRun(): void {
  send({ type: "reset" });
  task = undefined;
  tryPanel = undefined;
  isAsking = false;
  nextQuestion = undefined;
  ticket++;
  byId("try").hidden = true;
  byId("results").hidden = true;
  byId<HTMLButtonElement>("save").disabled = true;
  byId("keep-text").textContent = "";
  lock(false);
  training.clear(data.table === undefined ? "class" : data.label.kind);
}

/** While a run is under way, or can be resumed, what it was started with stays as it is. */
function lock(isLocked: boolean): void {
  byId<HTMLFieldSetElement>("settings").disabled = isLocked;
  byId<HTMLFieldSetElement>("data").disabled = isLocked;
}

function showWhatIsReady(): void {
  const { table, label } = data;
  if (table === undefined) return;
  const { column, kind } = label;
  const inputs = table.columns.filter(({ isNumeric }, i) => isNumeric && i !== column).length;
  settings.showEnds({ inputs, outputs: kind === "class" ? table.columns[column].distinct : 1 });
  training.clear(kind);
  training.say(`${whole(table.rows)} rows are ready.`);
}

function ask(values: readonly number[]): void {
  if (isAsking) {
    nextQuestion = values;
    return;
  }
  isAsking = true;
  send({ type: "ask", ticket: ++ticket, values });
}

function openTryPanel(newTask: Task): void {
  // A digit that has been drawn stays, to be shown to the next network too.
  const isSamePad = tryPanel !== undefined && task?.source === "digits" && newTask.source === "digits";
  task = newTask;
  byId("try").hidden = false;
  byId<HTMLButtonElement>("save").disabled = false;
  if (isSamePad) return tryPanel?.askAgain();
  tryPanel = new TryPanel(newTask, { asked: ask, said: announce });
}

/** In one sentence, for the line beside the buttons and for screen readers. */
function summarize(result: TestResult): string {
  return result.kind === "class"
    ? `${percent(result.accuracy)} of the test rows are right`
    : `R² on the test rows is ${result.r2.toFixed(3)}`;
}

function end({ completed, epochs, milliseconds, result }: Extract<FromWorker, { type: "ended" }>): void {
  if (task === undefined) return;
  byId("results").hidden = false;
  showResult(byId("results-body"), task, result);
  tryPanel?.askAgain();
  if (epochs === 0) return announce(`Model opened: ${summarize(result)}.`);
  const isDone = completed === epochs;
  training.phase = isDone ? "done" : "stopped";
  lock(!isDone);
  const time =
    milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
  const text = isDone
    ? `${whole(epochs)} ${epochs === 1 ? "epoch" : "epochs"} in ${time}: ${summarize(result)}.`
    : `Stopped after epoch ${whole(completed)} of ${whole(epochs)}: ${summarize(result)}.`;
  training.say(text);
  announce(text);
}

function download(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), MILLISECONDS_TO_SAVE);
  byId("keep-text").textContent = `${name}, ${whole(Math.ceil(bytes.length / 1024))} KB`;
}

function fail({ request, message }: Extract<FromWorker, { type: "failed" }>): void {
  showProblem(message);
  if (request === "ask") {
    isAsking = false;
  } else if (request === "train" || request === "resume") {
    forgetRun();
    training.phase = "idle";
    training.say("Not trained.");
  } else if (request === "open" || request === "header") {
    data.forget();
    training.phase = "waiting";
    training.say("No data yet.");
  } else if (request === "start") {
    canTrain = false;
    training.phase = "waiting";
    training.say("Training cannot run here.");
  }
}

function receive(message: FromWorker): void {
  switch (message.type) {
    case "ready":
      byId("build").textContent =
        `Trained by Lanegrad with WebAssembly (${message.build}), in a worker of this page. MIT licence.`;
      return;
    case "opened":
      // Something else was chosen while it was on its way.
      if (message.table.source !== data.source) return;
      data.show(message.table);
      if (!canTrain) return;
      training.phase = "idle";
      showWhatIsReady();
      return;
    case "started": {
      const { run } = message;
      training.begin(run);
      openTryPanel(run.task);
      byId("results").hidden = true;
      announce(`Training of ${whole(run.parameters)} weights on ${whole(run.trainingRows)} rows has begun.`);
      return;
    }
    case "progress":
      training.add(message.firstEpoch, message.logs);
      tryPanel?.askAgain();
      return;
    case "ended":
      return end(message);
    case "answer":
      return answered(message);
    case "saved":
      return download(message.name, message.bytes);
    case "loaded":
      forgetCurves();
      openTryPanel(message.task);
      byId("keep-text").textContent =
        `Opened: ${message.task.dataName}, ${whole(message.parameters)} weights. Try it above.`;
      announce("Model opened.");
      return;
    case "failed":
      return fail(message);
  }
}

/** A model from a file has no curves. */
function forgetCurves(): void {
  lock(false);
  byId("results").hidden = true;
  training.clear(data.table === undefined ? "class" : data.label.kind);
  training.phase = data.table === undefined ? "waiting" : "loaded";
  training.say("A model from a file is open.");
}

function answered({ ticket: answeredTicket, answer }: Extract<FromWorker, { type: "answer" }>): void {
  if (answeredTicket !== ticket) return;
  isAsking = false;
  tryPanel?.show(answer);
  if (nextQuestion === undefined) return;
  const values = nextQuestion;
  nextQuestion = undefined;
  ask(values);
}

worker.addEventListener("message", ({ data: message }: MessageEvent<FromWorker>) => receive(message));
worker.addEventListener("error", () => {
  fail({
    type: "failed",
    request: "start",
    message:
      "The part of this page that trains could not be started. Reload the page; if that does not help, use a current Chrome, Edge, Firefox or Safari (16.4 or newer).",
  });
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (training.phase === "waiting" || data.table === undefined) return;
  clearProblem();
  lock(true);
  training.phase = "training";
  training.say("Getting ready …");
  send({ type: "train", label: data.label, settings: settings.settings });
});
byId("stop").addEventListener("click", () => {
  training.phase = "stopping";
  training.say("Stopping at the end of this epoch …");
  send({ type: "stop" });
});
byId("resume").addEventListener("click", () => {
  lock(true);
  training.phase = "training";
  announce("Training goes on.");
  send({ type: "resume" });
});
byId("reset").addEventListener("click", () => {
  forgetRun();
  training.phase = data.table === undefined ? "waiting" : "idle";
  showWhatIsReady();
  announce("Reset.");
});
byId("save").addEventListener("click", () => send({ type: "save" }));
byId("model-file").addEventListener("change", (event) => {
  const input = event.target as HTMLInputElement;
  const file = input.files?.[0];
  input.value = "";
  if (file === undefined) return;
  clearProblem();
  send({ type: "load", file });
});
// What is wrong in a part that is folded could not be shown.
form.addEventListener(
  "invalid",
  () => byId<HTMLDetailsElement>("training-settings").toggleAttribute("open", true),
  true,
);
new ResizeObserver(() => {
  document.documentElement.style.setProperty("--setup-height", `${form.offsetHeight}px`);
}).observe(form);
byId("problem-close").addEventListener("click", clearProblem);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  data.repaint();
  tryPanel?.repaint();
});

data.open();
