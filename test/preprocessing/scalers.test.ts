import { describe, expect, it } from "vitest";
import { minMaxScaler, MinMaxScaler, standardScaler, StandardScaler } from "../../src/preprocessing/index.js";
import { tensor, Tensor } from "../../src/tensor/tensor.js";
import { expectError } from "./expectError.js";

// Expected numbers: scikit-learn 1.2.1, StandardScaler and MinMaxScaler, on this table. Its columns: a
// constant that float64 cannot write exactly, plain numbers, a large offset, missing values.
const table = [
  [0.1, 5.0, 1e6 + 1, NaN],
  [0.1, -2.0, 1e6 + 2, 3.0],
  [0.1, 0.5, 1e6 + 4, 4.5],
  [0.1, 1.25, 1e6 + 8, NaN],
  [0.1, 9.0, 1e6 + 3, -1.0],
];
const standardised = [
  [0.0, 0.5848596505237909, -1.0758876551734438, NaN],
  [0.0, -1.2347037066613362, -0.6620847108722597, 0.3589790793088691],
  [0.0, -0.5848596505237909, 0.1655211777301082, 1.0051414220648334],
  [0.0, -0.38990643368252725, 1.8207329549348439, NaN],
  [0.0, 1.6246101403438635, -0.24828176657107576, -1.3641205013737023],
];
const ranged = [
  [-2.0, 1.1818181818181817, -2.0, NaN],
  [-2.0, -2.0, -1.2857142857974395, 1.6363636363636362],
  [-2.0, -0.8636363636363635, 0.1428571428405121, 3.0],
  [-2.0, -0.5227272727272727, 3.0, NaN],
  [-2.0, 3.0, -0.5714285714784637, -2.0],
];

function expectClose(got: readonly (readonly number[])[], want: readonly (readonly number[])[], digits = 12) {
  const near = (value: number): unknown => (Number.isNaN(value) ? NaN : expect.closeTo(value, digits));
  expect(got).toEqual(want.map((row) => row.map(near)));
}

describe("standardScaler", () => {
  it("gives the numbers of scikit-learn, constant and missing values included", () => {
    const scaler = standardScaler();
    expectClose(scaler.fitTransform(table), standardised);
    expectClose([scaler.mean], [[0.1, 2.75, 1000003.6, 2.1666666666666665]]);
    expectClose([scaler.variance], [[0, 14.8, 5.84, 5.388888888888889]]);
    expectClose([scaler.scale], [[1, 3.847076812334269, 2.4166091947189146, 2.3213980461973533]]);
  });

  it("takes its own scaling back", () => {
    const scaler = standardScaler();
    expectClose(scaler.inverseTransform(scaler.fitTransform(table)), table, 8);
  });

  it("leaves what it is given as it was", () => {
    const x = [
      [1, 2],
      [3, 5],
    ];
    const values = Float64Array.of(1, 5);
    standardScaler().fitTransform(x);
    standardScaler().fitTransform(values);
    expect(x).toEqual([
      [1, 2],
      [3, 5],
    ]);
    expect(Array.from(values)).toEqual([1, 5]);
  });

  it("returns the kind of table that came in", () => {
    const scaler = standardScaler();
    expect(scaler.fitTransform([[1], [3]])).toEqual([[-1], [1]]);
    expect(scaler.transform([Float32Array.of(1), Float32Array.of(5)])).toEqual([[-1], [3]]);
    expect(scaler.transform([1, 3])).toEqual([-1, 1]);
    expect(scaler.transform(Int32Array.of(1, 3))).toEqual(Float32Array.of(-1, 1));
    expect(scaler.transform(Float64Array.of(1, 3))).toEqual(Float64Array.of(-1, 1));
    const scaled = scaler.transform(tensor([[1], [3]]));
    expect(scaled).toBeInstanceOf(Tensor);
    expect(scaled.shape).toEqual([2, 1]);
    expect(scaled.toArray()).toEqual([[-1], [1]]);
    expect(scaler.transform(tensor([1, 3])).shape).toEqual([2]);
  });

  it("goes through JSON and back", () => {
    const scaler = standardScaler().fit(table);
    const back = StandardScaler.fromJSON(JSON.parse(JSON.stringify(scaler)));
    expect(back.transform(table)).toEqual(scaler.transform(table));
    expect(back.toJSON()).toEqual(scaler.toJSON());
    expectError(() => StandardScaler.fromJSON({ mean: ["1"] }), "INVALID_DATA", /toJSON/, /mean/);
    expectError(() => StandardScaler.fromJSON(undefined), "INVALID_DATA");
    const uneven = { mean: [1, 2], variance: [1] };
    expectError(() => StandardScaler.fromJSON(uneven), "INVALID_DATA", /list of 2 numbers variance/);
  });

  it("refuses to scale before fit", () => {
    for (const work of [
      () => standardScaler().transform(table),
      () => standardScaler().inverseTransform(table),
      () => standardScaler().toJSON(),
      () => standardScaler().mean,
    ]) {
      expectError(work, "NOT_BUILT", /Call fit\(x\)/);
    }
  });

  it("refuses other columns, text, ragged rows, infinities and nothing", () => {
    const scaler = standardScaler().fit(table);
    expectError(() => scaler.transform([[1, 2]]), "SHAPE_MISMATCH", /4/, /2 columns/);
    expectError(() => scaler.fit(tensor([[[1]]])), "SHAPE_MISMATCH", /\[1, 1, 1\]/);
    expectError(() => scaler.fit([["a"]] as unknown as number[][]), "INVALID_DATA", /labelEncoder/, /"a"/);
    expectError(() => scaler.fit([[1, 2], [3]]), "INVALID_DATA", /ragged/);
    expectError(
      () =>
        scaler.fit([
          [1, 2],
          [3, Infinity],
        ]),
      "INVALID_DATA",
      /row 1, column 1/,
    );
    expectError(() => scaler.fit([]), "INVALID_DATA", /\[0\]/);
    expectError(
      () =>
        scaler.fit([
          [NaN, 1],
          [NaN, 2],
        ]),
      "INVALID_DATA",
      /column 0/,
    );
    expectError(() => scaler.fit("1,2" as unknown as number[]), "INVALID_DATA");
  });

  it("keeps what it had learnt when fit fails", () => {
    const scaler = standardScaler().fit([[1], [3]]);
    expectError(() => scaler.fit([[1], [Infinity]]), "INVALID_DATA");
    expect(scaler.mean).toEqual([2]);
  });
});

describe("minMaxScaler", () => {
  it("gives the numbers of scikit-learn, constant and missing values included", () => {
    const scaler = minMaxScaler({ featureRange: [-2, 3] });
    expectClose(scaler.fitTransform(table), ranged, 9);
    expect(scaler.min).toEqual([0.1, -2, 1e6 + 1, -1]);
    expect(scaler.max).toEqual([0.1, 9, 1e6 + 8, 4.5]);
    expectClose(
      scaler.transform([
        [0.1, 5, 1e6, 0],
        [0.3, -4, 1e6 + 9, 9],
      ]),
      [
        [-2, 1.1818181818181817, -2.714285714318976, -1.0909090909090908],
        [-1, -2.909090909090909, 3.7142857142025605, 7.090909090909091],
      ],
      9,
    );
  });

  it("goes from 0 to 1 unless told otherwise, the ends exactly", () => {
    const scaled = minMaxScaler().fitTransform([[0.1], [0.3], [0.7]]);
    expect(scaled[0]).toEqual([0]);
    expect(scaled[2]).toEqual([1]);
  });

  it("takes its own scaling back", () => {
    const scaler = minMaxScaler({ featureRange: [-2, 3] });
    expectClose(scaler.inverseTransform(scaler.fitTransform(table)), table, 8);
  });

  it("goes through JSON and back", () => {
    const scaler = minMaxScaler({ featureRange: [-1, 1] }).fit(table);
    const back = MinMaxScaler.fromJSON(JSON.parse(JSON.stringify(scaler)));
    expect(back.transform(table)).toEqual(scaler.transform(table));
    expectError(() => MinMaxScaler.fromJSON({}), "INVALID_DATA", /featureRange/);
    const uneven = { featureRange: [0, 1], min: [1], max: [2, 3] };
    expectError(() => MinMaxScaler.fromJSON(uneven), "INVALID_DATA", /list of 1 numbers max/);
    const three = { featureRange: [0, 1, 2], min: [1], max: [2] };
    expectError(() => MinMaxScaler.fromJSON(three), "INVALID_DATA", /list of 2 numbers featureRange/);
  });

  it("takes a column that differs by rounding alone for a constant one, as scikit-learn does", () => {
    // 0.1 + 0.2 is one rounding above 0.3.
    const scaler = minMaxScaler().fit([[0.1 + 0.2], [0.3]]);
    expect(scaler.transform([[0.3], [0.1 + 0.2], [0.8]]).flat()).toEqual([0, 0.1 + 0.2 - 0.3, 0.5]);
    // Small numbers are no rounding errors of themselves.
    expect(
      minMaxScaler()
        .fitTransform([[2 ** -70], [2 ** -68], [2 ** -69]])
        .flat(),
    ).toEqual([0, 1, 1 / 3]);
  });

  it("refuses wrong ranges and unknown options", () => {
    expectError(() => minMaxScaler({ featureRange: [1, 0] }), "INVALID_OPTION", /featureRange=\[1,0\]/);
    expectError(() => minMaxScaler({ featureRange: [0, NaN] }), "INVALID_OPTION");
    expectError(
      () => minMaxScaler({ featureRnge: [0, 1] } as object),
      "UNKNOWN_OPTION",
      /Did you mean featureRange/,
    );
    expectError(() => minMaxScaler().transform(table), "NOT_BUILT");
  });
});
