// The twins of normalisation themselves: against finite differences and against PyTorch.
import { readFileSync } from "node:fs";
import { it } from "vitest";
import { distinct, expectWithin } from "./harness.js";
import { EPSILON } from "./normalizationRun.js";
import {
  groupsLayout,
  KINDS,
  normalizeGradientTwin,
  normalizeTwin,
  rowsLayout,
} from "./twins/normalization.js";
import type { Kind, Layout } from "./twins/normalization.js";

type RowKind = keyof typeof KINDS;

/** Gradients of the twin against central differences of the twin's output times dY. */
function checkTwin(kind: Kind, layout: Layout, count: number, divisor: number): void {
  const parameters = 1 + Math.max(...layout.sets.flat().map(layout.parameter));
  const [x, dY] = [distinct(count, 1, 2, 0.5), distinct(count, 2)].map((v) => Float64Array.from(v));
  const [gamma, beta] = [distinct(parameters, 3, 0.5, 1), distinct(parameters, 4)].map((v) =>
    Float64Array.from(v),
  );
  const loss = () =>
    normalizeTwin(kind, layout, x, gamma, beta, EPSILON).y.reduce((total, y, i) => total + y * dY[i], 0);
  const { dX, dGamma, dBeta } = normalizeGradientTwin(kind, layout, x, dY, gamma, EPSILON, divisor);
  const step = 1e-5;
  for (const [values, gradient] of [[x, dX], [gamma, dGamma], [beta, dBeta]]) {
    const want = values.map((value, i) => {
      values[i] = value + step;
      const above = loss();
      values[i] = value - step;
      const below = loss();
      values[i] = value;
      return (above - below) / (2 * step);
    });
    expectWithin(gradient, want, () => 1e-7);
  } // prettier-ignore
}

it.each(Object.keys(KINDS) as RowKind[])(
  "the twin's gradients are those of finite differences: %s",
  (kind) => {
    checkTwin(KINDS[kind], rowsLayout(3, 7), 21, kind === "unit" ? 1 : 7);
    checkTwin(KINDS[kind], groupsLayout(2, 3, 6, 2), 36, kind === "unit" ? 1 : 9);
  },
);

interface Reference {
  kind: RowKind | "group";
  shape: number[];
  axes?: number;
  groups?: number;
  [tensor: string]: unknown;
}

const references = JSON.parse(
  readFileSync(new URL("../references/normalization.json", import.meta.url), "utf8"),
) as Reference[];

/** The epsilon of each kind in the references: Keras's. */
const EPSILONS = { layer: 1e-3, group: 1e-3, rms: 1e-6, unit: 1e-12 };

it.each(references)("the twin agrees with PyTorch within 1e-8: $kind $shape", (reference) => {
  const { kind, shape, axes = 1, groups = 1 } = reference;
  const size = (lengths: number[]) => lengths.reduce((product, length) => product * length, 1);
  const columns = size(shape.slice(-axes));
  const count = size(shape);
  const layout =
    kind === "group"
      ? groupsLayout(shape[0], size(shape.slice(1, -1)), columns, groups)
      : rowsLayout(count / columns, columns);
  const twin = KINDS[kind === "group" ? "layer" : kind];
  const tensor = (name: string) => (reference[name] as number[] | undefined) ?? null;
  const [x, dY, gamma, beta] = [tensor("x")!, tensor("dY")!, tensor("gamma"), tensor("beta")];
  const epsilon = EPSILONS[kind];
  expectWithin(normalizeTwin(twin, layout, x, gamma, beta, epsilon).y, tensor("y")!, () => 1e-8);
  const divisor = kind === "unit" ? 1 : layout.sets[0].length;
  const gradients = normalizeGradientTwin(twin, layout, x, dY, gamma, epsilon, divisor);
  for (const name of ["dX", "dGamma", "dBeta"] as const) {
    const want = tensor(name);
    if (want) expectWithin(gradients[name], want, () => 1e-8);
  }
});
