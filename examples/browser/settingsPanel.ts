// Where the network and its training are set.
import { byId, make } from "./dom.js";
import { ACTIVATIONS } from "./protocol.js";
import type { HiddenLayer, Settings } from "./protocol.js";

const MOST_LAYERS = 6;
const MOST_UNITS = 512;

/** The panel. */
export class SettingsPanel {
  readonly #layers = byId("hidden-layers");
  readonly #add = byId<HTMLButtonElement>("add-layer");
  #ends: { readonly inputs: number; readonly outputs: number } | undefined;

  constructor() {
    this.#add.addEventListener("click", () => {
      const last = this.settings.hidden.at(-1) ?? { units: 16, activation: "relu" };
      this.#addLayer(last);
      this.#layers.lastElementChild?.querySelector("input")?.focus();
      this.#changed();
    });
    byId("settings").addEventListener("input", () => this.#changed());
  }

  get settings(): Settings {
    return {
      hidden: Array.from(this.#layers.children, (row) => ({
        units: row.querySelector("input")?.valueAsNumber ?? Number.NaN,
        activation: row.querySelector("select")?.value as HiddenLayer["activation"],
      })),
      epochs: number("epochs").valueAsNumber,
      batchSize: number("batch-size").valueAsNumber,
      learningRate: number("learning-rate").valueAsNumber,
      validationShare: number("validation").valueAsNumber / 100,
    };
  }

  set settings({ hidden, epochs, batchSize, learningRate, validationShare }: Settings) {
    this.#layers.replaceChildren();
    for (const layer of hidden) this.#addLayer(layer);
    number("epochs").valueAsNumber = epochs;
    number("batch-size").valueAsNumber = batchSize;
    number("learning-rate").valueAsNumber = learningRate;
    number("validation").valueAsNumber = Math.round(100 * validationShare);
    this.#changed();
  }

  /** Says how many numbers go in and come out; undefined if that is not known yet. */
  showEnds(ends: { readonly inputs: number; readonly outputs: number } | undefined): void {
    this.#ends = ends;
    this.#changed();
  }

  #addLayer({ units, activation }: HiddenLayer): void {
    const input = make("input", {
      type: "number",
      min: 1,
      max: MOST_UNITS,
      step: 1,
      value: units,
      required: true,
    });
    const select = make("select", {}, ...ACTIVATIONS.map((name) => make("option", {}, name)));
    const remove = make("button", { type: "button", class: "remove" }, "×");
    select.value = activation;
    const row = make("li", {}, make("span", { class: "layer-name" }), input, select, remove);
    remove.addEventListener("click", () => {
      row.remove();
      this.#add.focus();
      this.#changed();
    });
    this.#layers.append(row);
  }

  #changed(): void {
    const rows = Array.from(this.#layers.children);
    rows.forEach((row, i) => {
      const name = `Hidden layer ${i + 1}`;
      row.querySelector(".layer-name")?.replaceChildren(`Layer ${i + 1}`);
      row.querySelector("input")?.setAttribute("aria-label", `Units of ${name}`);
      row.querySelector("select")?.setAttribute("aria-label", `Activation of ${name}`);
      row.querySelector("button")?.setAttribute("aria-label", `Remove ${name}`);
    });
    this.#add.disabled = rows.length >= MOST_LAYERS;
    const { hidden, epochs } = this.settings;
    const units = hidden.map((layer) => (Number.isFinite(layer.units) ? String(layer.units) : "?"));
    const isNumber = Number.isFinite(epochs);
    byId("training-brief").textContent = isNumber ? `${epochs} ${epochs === 1 ? "epoch" : "epochs"}` : "";
    const { inputs, outputs } = this.#ends ?? { inputs: "inputs", outputs: "outputs" };
    byId("shape").textContent = [inputs, ...units, outputs].join(" → ");
  }
}

function number(id: string): HTMLInputElement {
  return byId<HTMLInputElement>(id);
}
