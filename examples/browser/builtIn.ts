// The data sets that come with the page, and what suits each.
import type { BuiltIn, LabelKind, Settings } from "./protocol.js";

/** A data set that comes with the page. */
export interface BuiltInData {
  readonly title: string;
  readonly file: string;
  readonly label: { readonly column: number; readonly kind: LabelKind };
  readonly settings: Settings;
}

export const BUILT_IN: Readonly<Record<BuiltIn, BuiltInData>> = {
  digits: {
    title: "Handwritten digits",
    file: "digits8x8.csv",
    label: { column: 64, kind: "class" },
    settings: {
      hidden: [{ units: 64, activation: "relu" }],
      epochs: 60,
      batchSize: 32,
      learningRate: 0.002,
      validationShare: 0.15,
    },
  },
  iris: {
    title: "Iris flowers",
    file: "iris.csv",
    label: { column: 4, kind: "class" },
    settings: {
      hidden: [{ units: 10, activation: "relu" }],
      epochs: 100,
      batchSize: 16,
      learningRate: 0.01,
      validationShare: 0.15,
    },
  },
};

/** For a table that we know nothing of. */
export const FILE_SETTINGS: Settings = {
  hidden: [
    { units: 32, activation: "relu" },
    { units: 16, activation: "relu" },
  ],
  epochs: 60,
  batchSize: 32,
  learningRate: 0.003,
  validationShare: 0.15,
};
