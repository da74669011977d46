// How well scores put the rows of one class above those of the other, over all thresholds.
import { LanegradError } from "../errors.js";
import type { Labels } from "../preprocessing/labels.js";
import type { TableLike } from "../preprocessing/table.js";
import { readBinary } from "./binary.js";
import type { BinaryRows, BinaryScoreOptions } from "./binary.js";

/**
 * The area under the ROC curve: the share of the pairs of a positive and a negative row in which the
 * positive one scores higher, ties counted half. 1 is perfect, 0.5 as good as chance. Exact, in
 * O(n log n): pairs are counted, not added up from a curve. Formula: scikit-learn, Mann-Whitney's U.
 *
 * @param yTrue the classes, two of them: [n] or [n, 1]
 * @param yScore the score of the positive class, higher for likelier; probabilities or logits, [n] or [n, 1]
 * @param options which class is positive; default 1 or true
 * @throws LanegradError INVALID_LABEL if yTrue does not hold two classes
 * @throws LanegradError SHAPE_MISMATCH if there is not one score for each row
 * @throws LanegradError INVALID_DATA if either is empty, or a score is NaN, infinite or text
 * @throws LanegradError UNKNOWN_OPTION for other options
 * @throws LanegradError INVALID_OPTION for a positiveLabel that is missing or no class
 */
export function rocAuc(yTrue: Labels, yScore: TableLike, options: BinaryScoreOptions = {}): number {
  const rows = readBinary("rocAuc", yTrue, yScore, options);
  const negatives = rows.positive.length - rows.positives;
  if (rows.positives === 0 || negatives === 0) {
    throw new LanegradError(
      "INVALID_LABEL",
      `yTrue must hold two classes; the area under the ROC curve is not defined for one. Received: ${rows.positives} positive and ${negatives} negative rows`,
    );
  }
  let pairsWon = 0;
  let negativesBelow = negatives;
  for (const tied of tiedGroups(rows)) {
    negativesBelow -= tied.negatives;
    pairsWon += tied.positives * (negativesBelow + tied.negatives / 2);
  }
  return pairsWon / (rows.positives * negatives);
}

/**
 * Average precision, the area under the precision-recall curve in steps: the sum over the thresholds of
 * (recall - recall before) · precision. Of rows that score the same none comes first. Chance gives the
 * share of positive rows. Formula: scikit-learn, without interpolation. Parameters and errors are those
 * of {@link rocAuc}, except that rows which are all positive score 1.
 *
 * @throws LanegradError INVALID_LABEL if yTrue holds no positive row, or three classes or more
 */
export function averagePrecision(yTrue: Labels, yScore: TableLike, options: BinaryScoreOptions = {}): number {
  const rows = readBinary("averagePrecision", yTrue, yScore, options);
  if (rows.positives === 0) {
    throw new LanegradError(
      "INVALID_LABEL",
      `yTrue must hold a positive row; average precision is not defined without. Received: 0 positive and ${rows.positive.length} negative rows`,
    );
  }
  let sum = 0;
  let found = 0;
  let seen = 0;
  for (const tied of tiedGroups(rows)) {
    found += tied.positives;
    seen += tied.positives + tied.negatives;
    sum += tied.positives * (found / seen);
  }
  return sum / rows.positives;
}

/** The rows that share a score, counted by class. */
interface TiedGroup {
  positives: number;
  negatives: number;
}

/** The rows grouped by score, highest first. */
function tiedGroups({ positive, score }: BinaryRows): TiedGroup[] {
  const order = Uint32Array.from(score.keys()).sort((a, b) => score[b] - score[a]);
  const groups: TiedGroup[] = [];
  let group: TiedGroup = { positives: 0, negatives: 0 };
  order.forEach((row, place) => {
    if (place === 0 || score[row] !== score[order[place - 1]]) {
      group = { positives: 0, negatives: 0 };
      groups.push(group);
    }
    group.positives += positive[row];
    group.negatives += 1 - positive[row];
  });
  return groups;
}
