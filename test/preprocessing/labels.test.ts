import { describe, expect, it } from "vitest";
import { columns, labelEncoder, LabelEncoder, oneHot } from "../../src/preprocessing/index.js";
import { tensor, Tensor } from "../../src/tensor/tensor.js";
import { expectError } from "./expectError.js";

describe("labelEncoder", () => {
  it("sorts text by code point, as scikit-learn does", () => {
    // JavaScript's own order puts the emoji before the full-width tilde.
    const encoder = labelEncoder().fit(["\u{1F600}", "\uFF5E", "b", "a", "B", "ä", "ab"]);
    expect(encoder.classes).toEqual(["B", "a", "ab", "b", "ä", "\uFF5E", "\u{1F600}"]);
  });

  it("sorts numbers by value and booleans false first", () => {
    expect(labelEncoder().fit([10, 9, -1, 9]).classes).toEqual([-1, 9, 10]);
    expect(labelEncoder().fit([true, false]).classes).toEqual([false, true]);
  });

  it("encodes and decodes", () => {
    const encoder = labelEncoder();
    const codes = encoder.fitTransform(["setosa", "virginica", "versicolor", "setosa"]);
    expect(codes).toEqual([0, 2, 1, 0]);
    expect(encoder.inverseTransform(codes)).toEqual(["setosa", "virginica", "versicolor", "setosa"]);
    expect(encoder.inverseTransform(Int32Array.of(2, 0))).toEqual(["virginica", "setosa"]);
  });

  it("returns codes of the kind that labels came in", () => {
    const encoder = labelEncoder();
    expect(encoder.fitTransform(Uint8Array.of(7, 5, 7))).toEqual(Int32Array.of(1, 0, 1));
    expect(encoder.transform([[5], [7]])).toEqual([0, 1]);
    const codes = encoder.transform(tensor([[7], [5]]));
    expect(codes).toBeInstanceOf(Tensor);
    expect(codes.toArray()).toEqual([[1], [0]]);
  });

  it("goes through JSON and back", () => {
    const encoder = labelEncoder().fit(["b", "a"]);
    const back = LabelEncoder.fromJSON(JSON.parse(JSON.stringify(encoder)));
    expect(back.transform(["b", "a"])).toEqual([1, 0]);
    expectError(() => LabelEncoder.fromJSON({ classes: "ab" }), "INVALID_DATA", /toJSON/);
  });

  it("names the known classes and the nearest one for a label it has not seen", () => {
    const encoder = labelEncoder().fit(["setosa", "versicolor"]);
    expectError(
      () => encoder.transform(["setosa", "setsoa"]),
      "INVALID_LABEL",
      /labels\[1\]/,
      /"setosa", "versicolor"/,
      /Did you mean "setosa"/,
      /Received: "setsoa"/,
    );
    expectError(
      () => encoder.inverseTransform([0, 2]),
      "INVALID_LABEL",
      /codes\[1\]/,
      /0 to 1/,
      /Received: 2/,
    );
    expectError(() => encoder.inverseTransform([0.5]), "INVALID_LABEL");
  });

  it("refuses missing, mixed and several labels a row, and use before fit", () => {
    expectError(() => labelEncoder().fit(["a", null] as string[]), "INVALID_LABEL", /labels\[1\]/, /null/);
    expectError(() => labelEncoder().fit([1, NaN]), "INVALID_LABEL", /NaN/);
    expectError(() => labelEncoder().fit(["a", 1]), "INVALID_LABEL", /string like labels\[0\]/);
    expectError(() => labelEncoder().fit([]), "INVALID_DATA");
    expectError(() => labelEncoder().fit([["a", "b"]]), "SHAPE_MISMATCH");
    expectError(() => labelEncoder().fit(tensor([[1, 2]])), "SHAPE_MISMATCH", /argMax/, /\[1, 2\]/);
    expectError(() => labelEncoder().transform(["a"]), "NOT_BUILT");
    expectError(() => labelEncoder().classes, "NOT_BUILT");
  });
});

describe("oneHot", () => {
  it("puts a 1 into the column of each label", () => {
    const rows = oneHot([2, 0, 1], 4);
    expect(rows.shape).toEqual([3, 4]);
    expect(rows.toArray()).toEqual([
      [0, 0, 1, 0],
      [1, 0, 0, 0],
      [0, 1, 0, 0],
    ]);
  });

  it("finds the classes itself", () => {
    expect(oneHot(Int32Array.of(2, 0)).shape).toEqual([2, 3]);
    expect(oneHot(["b", "a", "b"]).toArray()).toEqual([
      [0, 1],
      [1, 0],
      [0, 1],
    ]);
    expect(oneHot([true, false]).toArray()).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it("takes the order of the columns from a list", () => {
    expect(oneHot(["b", "a"], ["b", "c", "a"]).toArray()).toEqual([
      [1, 0, 0],
      [0, 0, 1],
    ]);
  });

  it("refuses labels outside of the classes", () => {
    expectError(() => oneHot([0, 3], 3), "INVALID_LABEL", /labels\[1\]/, /0 to 2/, /Received: 3/);
    expectError(() => oneHot([0, -1]), "INVALID_LABEL", /Received: -1/);
    expectError(() => oneHot([0, 0.5], 3), "INVALID_LABEL");
    expectError(() => oneHot(["a"], 3), "INVALID_LABEL");
    expectError(() => oneHot(["z"], ["a", "b"]), "INVALID_LABEL", /"a", "b"/);
    expectError(() => oneHot([0], 0), "INVALID_OPTION", /classes=0/);
    expectError(() => oneHot([NaN], 3), "INVALID_LABEL");
  });
});

describe("oneHot of unusual classes", () => {
  it("refuses a list that names a class twice", () => {
    const message = /classes must be all different\. Received: "a" as classes\[0\] and classes\[1\]/;
    expectError(() => oneHot(["a", "b"], ["a", "a", "b"]), "INVALID_OPTION", message);
  });

  it("says so where there is no memory for numbers that are no class indices", () => {
    expectError(() => oneHot([1e12, 1]), "OUT_OF_MEMORY", /2000000000002 numbers/);
  });
});

describe("columns", () => {
  it("turns columns into rows, in the order asked for", () => {
    const table = { age: [30, 40], mass: Float32Array.of(60.5, 70.25), smoker: [0, 1] };
    expect(columns(table)).toEqual([
      [30, 60.5, 0],
      [40, 70.25, 1],
    ]);
    expect(columns(table, ["mass", "age"])).toEqual([
      [60.5, 30],
      [70.25, 40],
    ]);
  });

  it("refuses text, other lengths, unknown names and nothing", () => {
    const text = { age: [30], name: ["Ann"] } as unknown as Record<string, number[]>;
    expectError(() => columns(text), "INVALID_DATA", /column name/, /row 0/, /labelEncoder/, /"Ann"/);
    expectError(() => columns({ a: [1, 2], b: [1] }), "INVALID_DATA", /column b/, /1 values/);
    expectError(() => columns({ age: [1] }, ["ages"]), "UNKNOWN_NAME", /Did you mean "age"/);
    expectError(() => columns({}), "INVALID_DATA");
    expectError(() => columns(null as never), "INVALID_DATA", /record of columns by name/);
    const missing = { a: undefined } as unknown as Record<string, number[]>;
    expectError(
      () => columns(missing),
      "INVALID_DATA",
      /^column a must be an array of numbers. Received: undefined$/,
    );
    expectError(
      () => columns({ a: [1] }, "a" as never),
      "INVALID_OPTION",
      /^names must be .*Received: names="a"$/,
    );
    expectError(() => columns({ a: 1 } as unknown as Record<string, number[]>), "INVALID_DATA", /column a/);
    expectError(() => columns({ a: undefined } as never), "INVALID_DATA", /column a/);
    expectError(() => columns({ a: [1] }, "a" as never), "INVALID_OPTION", /array of names/);
  });

  it("says what to do with rows that are records, and with numbers in text", () => {
    const records = [{ a: 1, b: 2 }] as never;
    expectError(() => columns(records), "INVALID_DATA", /rows\.map/);
    expectError(() => columns(records, ["a"]), "INVALID_DATA", /rows\.map/);
    expectError(() => columns({ a: ["5.1"] } as never), "INVALID_DATA", /Number\(\)/);
  });
});
