import { LanegradError, nearest, show } from "../errors.js";
import { isNumericArray } from "../tensor/nested.js";
import type { NumericArray } from "../tensor/nested.js";
import { Tensor } from "../tensor/tensor.js";
import { readLabels, showClasses, sortedClasses } from "./labels.js";
import type { Label, Labels } from "./labels.js";

/** Codes of the kind that labels came in: a Tensor, an Int32Array for a typed array, else an array. */
export type CodesOf<T extends Labels> = T extends Tensor
  ? Tensor
  : T extends NumericArray
    ? Int32Array
    : number[];

/** What a LabelEncoder learns, as plain JSON. */
export interface LabelEncoderState {
  /** What it is a state of. */
  readonly className: "LabelEncoder";
  /** The labels in the order of their codes. */
  readonly classes: readonly Label[];
}

/**
 * Turns labels into the whole numbers 0 to classes - 1 and back. Classes are sorted ascending, text
 * by code point, as in scikit-learn's LabelEncoder.
 */
export class LabelEncoder {
  private learnt?: { classes: Label[]; codes: Map<Label, number> };

  /** The labels in the order of their codes. @throws LanegradError NOT_BUILT before fit */
  get classes(): readonly Label[] {
    return this.fitted("classes").classes;
  }

  /**
   * Learns the classes. What was learnt before is forgotten.
   *
   * @param labels text, numbers or booleans, [n] or [n, 1]
   * @throws LanegradError INVALID_DATA if there are none
   * @throws LanegradError INVALID_LABEL if one is missing or of another type than the first
   * @throws LanegradError SHAPE_MISMATCH if a row holds more than one
   */
  fit(labels: Labels): this {
    this.learn(sortedClasses(readLabels(labels, "labels")));
    return this;
  }

  /**
   * The code of each label.
   *
   * @throws LanegradError NOT_BUILT before fit
   * @throws LanegradError INVALID_LABEL for a label that fit did not see
   * @throws LanegradError INVALID_DATA or SHAPE_MISMATCH as in fit
   */
  transform<T extends Labels>(labels: T): CodesOf<T>;
  transform(labels: Labels): Tensor | Int32Array | number[] {
    const { classes, codes } = this.fitted("transform");
    const found = readLabels(labels, "labels").map((label, index) => {
      const code = codes.get(label);
      if (code === undefined) throw unseen(label, index, classes);
      return code;
    });
    if (labels instanceof Tensor) return new Tensor(Float32Array.from(found), labels.shape);
    return isNumericArray(labels) ? Int32Array.from(found) : found;
  }

  /** `fit`, then `transform` of the same labels. Throws what they throw. */
  fitTransform<T extends Labels>(labels: T): CodesOf<T> {
    return this.fit(labels).transform(labels);
  }

  /**
   * The label of each code.
   *
   * @param codes whole numbers from 0 to classes - 1, [n] or [n, 1]
   * @throws LanegradError NOT_BUILT before fit
   * @throws LanegradError INVALID_LABEL for a code that no class has
   * @throws LanegradError INVALID_DATA or SHAPE_MISMATCH as in fit
   */
  inverseTransform(codes: Labels): Label[] {
    const { classes } = this.fitted("inverseTransform");
    return readLabels(codes, "codes").map((code, index) => {
      const label = typeof code === "number" ? classes[code] : undefined;
      if (label === undefined) {
        throw new LanegradError(
          "INVALID_LABEL",
          `codes[${index}] must be a whole number from 0 to ${classes.length - 1}. Received: ${show(code)}`,
        );
      }
      return label;
    });
  }

  /** What was learnt, for `JSON.stringify`. @throws LanegradError NOT_BUILT before fit */
  toJSON(): LabelEncoderState {
    return { className: "LabelEncoder", classes: [...this.fitted("toJSON").classes] };
  }

  /**
   * An encoder with what another one had learnt.
   *
   * @param state what `toJSON` gave, perhaps by way of `JSON.parse`
   * @throws LanegradError INVALID_DATA if it is anything else
   */
  static fromJSON(state: unknown): LabelEncoder {
    const classes = typeof state === "object" && state !== null ? Reflect.get(state, "classes") : undefined;
    if (!Array.isArray(classes) || classes.length === 0) {
      throw new LanegradError(
        "INVALID_DATA",
        `LabelEncoder.fromJSON needs what toJSON gave, with a list of classes. Received: ${show(state)}`,
      );
    }
    return new LabelEncoder().fit(classes);
  }

  private learn(classes: Label[]): void {
    this.learnt = { classes, codes: new Map(classes.map((label, code) => [label, code])) };
  }

  private fitted(method: string): NonNullable<LabelEncoder["learnt"]> {
    if (this.learnt === undefined) {
      throw new LanegradError(
        "NOT_BUILT",
        `${method} needs the classes that fit learns. Call fit(labels) or fitTransform(labels) first. Received: a LabelEncoder that was not fitted`,
      );
    }
    return this.learnt;
  }
}

/** An encoder of labels as whole numbers; see {@link LabelEncoder}. */
export function labelEncoder(): LabelEncoder {
  return new LabelEncoder();
}

function unseen(label: Label, index: number, classes: readonly Label[]): LanegradError {
  const guess = typeof label === "string" ? nearest(label, classes.map(String)) : undefined;
  const hint = guess === undefined ? "" : ` Did you mean ${show(guess)}?`;
  return new LanegradError(
    "INVALID_LABEL",
    `labels[${index}] must be one of the classes that fit saw: ${showClasses(classes)}.${hint} Received: ${show(label)}`,
  );
}
