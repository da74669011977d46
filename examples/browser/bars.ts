// Probabilities of classes as bars.
import { make } from "./dom.js";

const MOST_BARS = 12;

/** Shows a bar for each class, or for the most likely ones if there are many. */
export function showBars(
  place: HTMLElement,
  classes: readonly string[],
  probabilities: readonly number[] | undefined,
): void {
  const best = probabilities === undefined ? -1 : indexOfLargest(probabilities);
  const all = classes.map((name, i) => ({ name, i, probability: probabilities?.[i] ?? 0 }));
  const shown =
    all.length <= MOST_BARS ? all : all.sort((a, b) => b.probability - a.probability).slice(0, MOST_BARS);
  place.replaceChildren(
    ...shown.map(({ name, i, probability }) => {
      const bar = make("span", { class: "bar", "aria-hidden": "true" });
      bar.style.setProperty("--share", probability.toFixed(4));
      return make(
        "li",
        { class: i === best ? "best" : undefined },
        make("span", { class: "bar-name" }, name),
        bar,
        make(
          "span",
          { class: "bar-value" },
          probabilities === undefined ? "" : `${Math.round(100 * probability)} %`,
        ),
      );
    }),
  );
}

/** Where the largest value is. */
export function indexOfLargest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
}
