// Progress, buttons and curves of a training run.
import { drawCurves } from "./curves.js";
import type { Panel } from "./curves.js";
import { byId, make, percent, whole } from "./dom.js";
import type { EpochLogs, LabelKind, RunSummary } from "./protocol.js";

/** What can be done now. */
export type Phase = "waiting" | "idle" | "training" | "stopping" | "stopped" | "done" | "loaded";

/** Which buttons there are in each phase, and what the one that starts is called. */
const BUTTONS: Readonly<Record<Phase, { readonly shown: readonly string[]; readonly train?: string }>> = {
  waiting: { shown: ["train"] },
  idle: { shown: ["train"] },
  training: { shown: ["stop", "reset"] },
  stopping: { shown: ["stop", "reset"] },
  stopped: { shown: ["resume", "reset"] },
  done: { shown: ["train", "reset"], train: "Train again" },
  loaded: { shown: ["train", "reset"] },
};

/** The panel. */
export class TrainingPanel {
  #phase: Phase = "waiting";
  #kind: LabelKind = "class";
  #epochs = 0;
  #logs: EpochLogs[] = [];

  get phase(): Phase {
    return this.#phase;
  }

  set phase(phase: Phase) {
    const before = document.activeElement;
    this.#phase = phase;
    const { shown, train } = BUTTONS[phase];
    for (const id of ["train", "stop", "resume", "reset"]) byId(id).hidden = !shown.includes(id);
    byId("train").textContent = train ?? "Train";
    byId<HTMLButtonElement>("train").disabled = phase === "waiting";
    byId<HTMLButtonElement>("stop").disabled = phase === "stopping";
    // A hidden button loses the focus to nowhere: whoever uses the keyboard would have to start from the top.
    if (before instanceof HTMLButtonElement && (before.hidden || before.disabled)) byId(shown[0]).focus();
  }

  /** Epochs that are complete. */
  get completed(): number {
    return this.#logs.length;
  }

  /** Empties the curves for a run that is to come. */
  clear(kind: LabelKind): void {
    this.#kind = kind;
    this.#epochs = 0;
    this.#logs = [];
    byId("notices").hidden = true;
    this.#showProgress();
    this.draw();
  }

  begin({ task, epochs, notices }: RunSummary): void {
    this.#kind = task.kind;
    this.#epochs = epochs;
    this.#logs = [];
    byId("notices").replaceChildren(...notices.map((notice) => make("li", {}, notice)));
    byId("notices").hidden = notices.length === 0;
    this.#showProgress();
    this.draw();
  }

  add(firstEpoch: number, logs: readonly EpochLogs[]): void {
    this.#logs.length = firstEpoch;
    this.#logs.push(...logs);
    this.#showProgress();
    this.draw();
  }

  say(text: string): void {
    byId("progress-text").textContent = text;
  }

  #showProgress(): void {
    byId<HTMLProgressElement>("progress").value = this.#epochs === 0 ? 0 : this.#logs.length / this.#epochs;
    if (this.#epochs > 0) this.say(`Epoch ${whole(this.#logs.length)} of ${whole(this.#epochs)}`);
  }

  draw(): void {
    const list = (key: string): number[] => this.#logs.flatMap((logs) => logs[key] ?? []);
    const panel = (title: string, key: string, rest: Partial<Panel> = {}): Panel => ({
      title,
      epochs: this.#epochs,
      training: list(key),
      validation: list(`val_${key}`),
      ...rest,
    });
    drawCurves(byId("loss-curve"), panel("Loss", "loss"));
    const metric =
      this.#kind === "class"
        ? panel("Accuracy", "accuracy", { range: [0, 1], format: percent })
        : panel("Mean error", "meanAbsoluteError");
    drawCurves(byId("metric-curve"), metric);
  }
}
