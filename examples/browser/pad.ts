// A pad to draw on with a mouse, a finger or a pen, or with the keyboard.
import type { Point, Stroke } from "./glyph.js";

/** Width and height of the drawing in its own unit. */
const SIZE = 280;
const PEN = 20;
/** Points nearer than this to the one before add nothing. */
const NEAREST = 2;
/** Places in a row of the pad that the keyboard can reach. */
const PLACES = 12;
const STEP = SIZE / PLACES;

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What a pad tells. */
export interface PadListener {
  /** The drawing has changed. */
  drawn(strokes: readonly Stroke[]): void;
  /** Something that cannot be heard otherwise, for a screen reader. */
  said(text: string): void;
}

/** A pad on a canvas. */
export class Pad {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #listener: PadListener;
  #strokes: Point[][] = [];
  /** Where the keyboard's cursor is, in places from 0; undefined before it is used. */
  #cursor: { column: number; row: number } | undefined;
  /** Whether the next point that the keyboard marks goes on with the last line. */
  #isLineOpen = false;
  #pointer: number | undefined;

  constructor(canvas: HTMLCanvasElement, listener: PadListener) {
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("This browser cannot draw on a canvas.");
    this.#canvas = canvas;
    this.#context = context;
    this.#listener = listener;
    const sharpness = Math.min(3, Math.max(1, devicePixelRatio));
    canvas.width = SIZE * sharpness;
    canvas.height = SIZE * sharpness;
    context.scale(sharpness, sharpness);
    this.#listen();
    this.#paint();
  }

  get strokes(): readonly Stroke[] {
    return this.#strokes;
  }

  /** Takes the last line away. */
  undo(): void {
    this.#strokes.pop();
    this.#isLineOpen = false;
    this.#changed();
  }

  clear(): void {
    this.#strokes = [];
    this.#isLineOpen = false;
    this.#changed();
  }

  /** Paints again, in the colours of the page as they are now. */
  repaint(): void {
    this.#paint();
  }

  #listen(): void {
    const canvas = this.#canvas;
    canvas.addEventListener("pointerdown", (event) => {
      if (this.#pointer !== undefined || event.button !== 0) return;
      this.#pointer = event.pointerId;
      canvas.setPointerCapture(event.pointerId);
      this.#cursor = undefined;
      this.#isLineOpen = false;
      this.#strokes.push([this.#placeOf(event)]);
      this.#changed();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== this.#pointer) return;
      const all = event.getCoalescedEvents?.() ?? [];
      for (const each of all.length > 0 ? all : [event]) this.#extend(this.#placeOf(each));
      this.#changed();
    });
    const lift = (event: PointerEvent): void => {
      if (event.pointerId === this.#pointer) this.#pointer = undefined;
    };
    canvas.addEventListener("pointerup", lift);
    canvas.addEventListener("pointercancel", lift);
    canvas.addEventListener("keydown", (event) => this.#onKey(event));
    canvas.addEventListener("blur", () => {
      this.#cursor = undefined;
      this.#paint();
    });
  }

  #placeOf(event: PointerEvent): Point {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return { x: ((event.clientX - left) / width) * SIZE, y: ((event.clientY - top) / height) * SIZE };
  }

  #extend(point: Point): void {
    const stroke = this.#strokes.at(-1);
    const last = stroke?.at(-1);
    if (last === undefined || Math.hypot(point.x - last.x, point.y - last.y) < NEAREST) return;
    stroke?.push(point);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step !== undefined) this.#move(step);
    else if (event.key === " ") this.#mark();
    else if (event.key === "Enter") this.#liftPen();
    else if (event.key === "Backspace") this.#takeBack();
    else return;
    event.preventDefault();
  }

  #move([columns, rows]: readonly [number, number]): void {
    const { column, row } = this.#cursor ?? { column: PLACES / 2, row: PLACES / 2 };
    const inside = (value: number): number => Math.min(PLACES - 1, Math.max(0, value));
    this.#cursor = { column: inside(column + columns), row: inside(row + rows) };
    this.#listener.said(this.#cursorText());
    this.#paint();
  }

  #cursorText(): string {
    const { column, row } = this.#cursor ?? { column: 0, row: 0 };
    return `row ${row + 1}, column ${column + 1} of ${PLACES}`;
  }

  /** Puts a point at the cursor, with a line to it from the point before. */
  #mark(): void {
    this.#cursor ??= { column: PLACES / 2, row: PLACES / 2 };
    const point = this.#cursorPoint(this.#cursor);
    const stroke = this.#isLineOpen ? this.#strokes.at(-1) : undefined;
    if (stroke === undefined) this.#strokes.push([point]);
    else stroke.push(point);
    this.#listener.said(`${stroke === undefined ? "point" : "line to"} ${this.#cursorText()}`);
    this.#isLineOpen = true;
    this.#changed();
  }

  #liftPen(): void {
    this.#isLineOpen = false;
    this.#listener.said("pen lifted");
    this.#paint();
  }

  #takeBack(): void {
    const stroke = this.#strokes.at(-1);
    stroke?.pop();
    if (stroke?.length === 0) {
      this.#strokes.pop();
      this.#isLineOpen = false;
    }
    this.#listener.said("last point taken back");
    this.#changed();
  }

  #cursorPoint({ column, row }: { column: number; row: number }): Point {
    return { x: (column + 0.5) * STEP, y: (row + 0.5) * STEP };
  }

  #changed(): void {
    this.#paint();
    this.#listener.drawn(this.#strokes);
  }

  #paint(): void {
    const context = this.#context;
    const style = getComputedStyle(this.#canvas);
    context.clearRect(0, 0, SIZE, SIZE);
    context.strokeStyle = style.color;
    context.lineWidth = PEN;
    context.lineCap = "round";
    context.lineJoin = "round";
    for (const stroke of this.#strokes) this.#paintStroke(stroke);
    if (this.#cursor !== undefined) this.#paintCursor(this.#cursor, style.getPropertyValue("--cursor"));
  }

  #paintStroke(stroke: Stroke): void {
    const context = this.#context;
    context.beginPath();
    context.moveTo(stroke[0].x, stroke[0].y);
    // A point alone is a line of no length, which round ends make visible.
    for (const { x, y } of stroke.length === 1 ? stroke : stroke.slice(1)) context.lineTo(x, y);
    context.stroke();
  }

  #paintCursor(cursor: { column: number; row: number }, colour: string): void {
    const context = this.#context;
    const { x, y } = this.#cursorPoint(cursor);
    const last = this.#isLineOpen ? this.#strokes.at(-1)?.at(-1) : undefined;
    context.strokeStyle = colour;
    context.lineWidth = 3;
    context.beginPath();
    context.arc(x, y, PEN / 2 + 2, 0, 2 * Math.PI);
    context.stroke();
    if (last === undefined) return;
    context.setLineDash([5, 7]);
    context.beginPath();
    context.moveTo(last.x, last.y);
    context.lineTo(x, y);
    context.stroke();
    context.setLineDash([]);
  }
}
