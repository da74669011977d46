// Scalers, encoders and splits.
import { preprocessing } from "lanegrad";
import { find } from "./case.js";

/** Rows of an input as nested arrays, so that scalers work in float64. */
function rowsOf(testCase, name) {
  return testCase.input(name).toArray();
}

function standardScaler(testCase) {
  const scaler = find("preprocessing", "standardScaler")();
  const y = scaler.fitTransform(rowsOf(testCase, "X"));
  testCase.compare("mean", scaler.mean);
  testCase.compare("scale", scaler.scale);
  testCase.compare("var", scaler.variance);
  testCase.compare("Y", y.flat());
  testCase.compare("Y_new", scaler.transform(rowsOf(testCase, "X_new")).flat());
  testCase.compare("inverse_of_Y", scaler.inverseTransform(y).flat());
}

function minMaxScaler(testCase) {
  const scaler = find("preprocessing", "minMaxScaler")({ featureRange: testCase.params.feature_range });
  const y = scaler.fitTransform(rowsOf(testCase, "X"));
  testCase.compare("min", scaler.min);
  testCase.compare("max", scaler.max);
  testCase.compare("Y", y.flat());
  testCase.compare("Y_new", scaler.transform(rowsOf(testCase, "X_new")).flat());
}

function labelEncoder(testCase) {
  const { labels } = testCase.params;
  const encoder = find("preprocessing", "labelEncoder")();
  const codes = encoder.fitTransform(labels);
  testCase.compareList("classes", [...encoder.classes], testCase.expected.classes);
  testCase.compareList("codes", codes, testCase.expected.codes);
  testCase.compareList(
    "one_hot",
    preprocessing.oneHot(codes, encoder.classes.length).toArray(),
    testCase.expected.one_hot,
  );
  testCase.compareList("labels", encoder.inverseTransform(codes), labels);
}

function oneHot(testCase) {
  const rows = find("preprocessing", "oneHot")(testCase.list("labels"), testCase.params.classes);
  testCase.compareList("Y", rows.toArray(), testCase.expected.Y);
}

function trainTestSplit(testCase) {
  const { n, test_size: testSize } = testCase.params;
  const rows = Array.from({ length: n }, (_, row) => row);
  const split = () => find("preprocessing", "trainTestSplit")(rows, rows, { testSize, seed: 1 });
  const { xTrain, xTest, yTrain, yTest } = split();
  testCase.compareList("train", xTrain.length, testCase.expected.train);
  testCase.compareList("test", xTest.length, testCase.expected.test);
  testCase.compareList("rows", sorted([...xTrain, ...xTest]), rows);
  testCase.compareList("y", [...yTrain, ...yTest], [...xTrain, ...xTest]);
  testCase.compareList("the same seed", split().xTest, xTest);
}

function stratifiedSplit(testCase) {
  const { class_counts: counts, test_size: testSize } = testCase.params;
  const { expected } = testCase;
  const labels = counts.flatMap((count, label) => Array.from({ length: count }, () => label));
  const rows = labels.map((_, row) => row);
  const options = { testSize, stratify: true, seed: 1 };
  const { xTrain, xTest, yTest } = find("preprocessing", "trainTestSplit")(rows, labels, options);
  testCase.compareList("test", xTest.length, expected.test);
  testCase.compareList("rows", sorted([...xTrain, ...xTest]), rows);
  expected.test_per_class_ideal.forEach((ideal, label) => {
    const tested = yTest.filter((other) => other === label).length;
    testCase.expect(Math.abs(tested - ideal) < 1, `class ${label} has ${tested} test rows, ideal ${ideal}`);
  });
}

function kFold(testCase) {
  const { n, k } = testCase.params;
  const folds = find("preprocessing", "kFold")(n, { k, seed: 1 });
  const rows = Array.from({ length: n }, (_, row) => row);
  testCase.compareList(
    "test_sizes",
    folds.map(({ test }) => test.length),
    testCase.expected.test_sizes,
  );
  testCase.compareList("rows", sorted(folds.flatMap(({ test }) => test)), rows);
  folds.forEach(({ train, test }, i) => testCase.compareList(`fold ${i}`, sorted([...train, ...test]), rows));
}

function sorted(numbers) {
  return numbers.sort((a, b) => a - b);
}

export const preprocessingRuns = {
  standard_scaler: standardScaler,
  minmax_scaler: minMaxScaler,
  label_encoder: labelEncoder,
  one_hot: oneHot,
  train_test_split: trainTestSplit,
  stratified_split: stratifiedSplit,
  kfold: kFold,
};
