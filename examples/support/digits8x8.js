// Reads the 1,797 handwritten digits of 8 x 8 pixels, in three parts that are the same every time.
import { readFileSync } from "node:fs";
import { preprocessing } from "lanegrad";

const FULL = 16; // the value of a pixel full of ink

/**
 * Digits as rows of 64 numbers from 0 to 1 with labels from 0 to 9: to fit (1,010), to choose settings with (337), to
 * test (450). Each part has the same share of each digit.
 */
export function readDigits8x8() {
  const [, ...lines] = readFileSync(new URL("../data/digits8x8.csv", import.meta.url), "utf8")
    .trim()
    .split("\n");
  const table = lines.map((line) => line.split(",").map(Number));
  const x = table.map((row) => row.slice(0, -1).map((ink) => ink / FULL));
  const y = table.map((row) => row.at(-1));
  const options = { testSize: 0.25, stratify: true, seed: 1 };
  const { xTrain, xTest, yTrain, yTest } = preprocessing.trainTestSplit(x, y, options);
  const parts = preprocessing.trainTestSplit(xTrain, yTrain, options);
  return {
    xTrain,
    yTrain,
    xTest,
    yTest,
    xFit: parts.xTrain,
    yFit: parts.yTrain,
    xValidation: parts.xTest,
    yValidation: parts.yTest,
  };
}
