// Where a trained network is tried: a pad for digits, a form of numbers for everything else.
import { indexOfLargest, showBars } from "./bars.js";
import { byId, make, readable } from "./dom.js";
import { picture } from "./glyph.js";
import { Pad } from "./pad.js";
import { paintPicture } from "./pixels.js";
import type { Answer, Task } from "./protocol.js";

const MOST_FIELDS = 24;
/** A screen reader is told what is recognised when the answer has been the same for so long. */
const MILLISECONDS_TO_SETTLE = 700;

/** What the panel asks for. */
export interface TryListener {
  /** The network should be asked about a row. */
  asked(values: readonly number[]): void;
  /** Something for a screen reader. */
  said(text: string): void;
}

/** The panel for one task. */
export class TryPanel {
  readonly #task: Task;
  readonly #listener: TryListener;
  readonly #verdict = make("p", { class: "verdict", id: "verdict" });
  readonly #bars = make("ol", { class: "bars", "aria-label": "Probabilities" });
  readonly #read: () => readonly number[] | undefined;
  #pad: Pad | undefined;
  /** Whether there is something that an answer could be about. */
  #hasQuestion = false;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(task: Task, listener: TryListener) {
    this.#task = task;
    this.#listener = listener;
    const isDigits = task.source === "digits";
    byId("try-heading").textContent = isDigits ? "Draw a digit" : "Ask it";
    this.#read = isDigits ? this.#buildPad() : this.#buildForm();
    this.#showNothing();
    if (!isDigits) this.askAgain();
  }

  /** Asks about what is drawn or filled in now; the network may have changed. */
  askAgain(): void {
    const values = this.#read();
    this.#hasQuestion = values !== undefined;
    if (values === undefined) this.#showNothing();
    else this.#listener.asked(values);
  }

  show(answer: Answer): void {
    const { classes, labelName } = this.#task;
    if (!this.#hasQuestion) return;
    if (answer.kind === "number") {
      this.#say(`${labelName}: ${readable(answer.value)}`);
      return;
    }
    const best = indexOfLargest(answer.probabilities);
    showBars(this.#bars, classes, answer.probabilities);
    this.#say(`${classes[best]}, ${Math.round(100 * answer.probabilities[best])} % sure`);
  }

  /** Paints again in the colours of the page as they are now. */
  repaint(): void {
    this.#pad?.repaint();
    this.askAgain();
  }

  #say(text: string): void {
    this.#verdict.textContent = text;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#listener.said(text), MILLISECONDS_TO_SETTLE);
  }

  #showNothing(): void {
    clearTimeout(this.#settling);
    this.#verdict.textContent = this.#task.source === "digits" ? "Draw one digit, large and plain." : "";
    showBars(this.#bars, this.#task.classes, undefined);
  }

  #buildPad(): () => readonly number[] | undefined {
    const canvas = make("canvas", {
      class: "pad",
      id: "pad",
      tabindex: "0",
      role: "application",
      "aria-label": "Drawing pad",
      "aria-describedby": "pad-help",
    });
    const seen = make("canvas", {
      class: "pixels",
      role: "img",
      "aria-label": "The drawing as the network sees it",
    });
    const undo = make("button", { type: "button" }, "Undo");
    const clear = make("button", { type: "button", id: "pad-clear" }, "Clear");
    const keys = ["arrow keys", "Space", "Enter", "Backspace"].map((key) => make("b", {}, key));
    const help = make(
      "p",
      { id: "pad-help", class: "hint" },
      "With the keyboard: the ",
      keys[0],
      " move the cursor, ",
    );
    help.append(
      keys[1],
      " marks a point and draws a line to it, ",
      keys[2],
      " lifts the pen, ",
      keys[3],
      " takes a point back.",
    );
    byId("try-body").replaceChildren(
      make(
        "div",
        { class: "drawing" },
        make("div", { class: "drawing-left" }, canvas, make("div", { class: "actions" }, undo, clear)),
        make(
          "div",
          { class: "drawing-right" },
          make(
            "div",
            { class: "seen" },
            seen,
            make("div", {}, this.#verdict, make("p", { class: "hint" }, "The network sees 8 × 8 points.")),
          ),
          this.#bars,
        ),
      ),
      help,
    );
    const pad = new Pad(canvas, { drawn: () => this.askAgain(), said: (text) => this.#listener.said(text) });
    this.#pad = pad;
    undo.addEventListener("click", () => pad.undo());
    clear.addEventListener("click", () => pad.clear());
    return () => {
      const counts = picture(pad.strokes);
      paintPicture(seen, counts);
      return pad.strokes.length === 0 ? undefined : Array.from(counts);
    };
  }

  #buildForm(): () => readonly number[] | undefined {
    const { inputs } = this.#task;
    const fields = inputs.slice(0, MOST_FIELDS).map(({ name, typical }) => {
      const input = make("input", { type: "number", step: "any", value: typical, inputmode: "decimal" });
      input.addEventListener("input", () => this.askAgain());
      return { input, label: make("label", { class: "field" }, make("span", {}, name), input) };
    });
    const rest = inputs.length - fields.length;
    byId("try-body").replaceChildren(
      make("div", { class: "fields" }, ...fields.map(({ label }) => label)),
      make(
        "p",
        { class: "hint" },
        rest > 0
          ? `These are means of the rows it learnt from. Change them; the other ${rest} columns stay at their means.`
          : "These are means of the rows it learnt from. Change them, and it answers at once.",
      ),
      this.#verdict,
      this.#bars,
    );
    return () => {
      const values = inputs.map(({ typical }, i) =>
        i < fields.length ? fields[i].input.valueAsNumber : typical,
      );
      return values.every(Number.isFinite) ? values : undefined;
    };
  }
}
