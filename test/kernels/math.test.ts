import { beforeEach, describe, expect, it } from "vitest";
import { references, ulpError } from "../../scripts/check/math.js";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";

/** What scripts/check/math.js measures over all 2^32 inputs, rounded up; the header of math.ts states it. */
const BOUNDS: Record<string, number> = { exp: 1.1, log: 0.9, tanh: 1.4, sigmoid: 2, expm1: 1.8, log1p: 1.5 };

/** Two rounds of a vector and each tail. */
const SIZES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/** Inputs at which a reduction, a clamp or a path begins or ends, and numbers of every kind. */
const SPECIAL = `
  0 1e-45 1.1754942e-38 1.1754944e-38 2.9802322e-8 5.9604645e-8 1.1920929e-7 1e-7 0.34657 0.34658 0.5
  0.625 0.70710677 0.7071068 0.99999994 1 1.0000001 1.4142135 1.4142137 2 9.01 10 16.6 17.33 20 87.33654
  87.33655 88 88.72283 88.72284 89 103.27893 103.97207 103.97208 104 120 1e10 1.7014118e38 3.4028235e38 Infinity`
  .trim()
  .split(/\s+/)
  .map(Number);

beforeEach(freeAll);

describe.each(Object.entries(references))("%s", (name, reference) => {
  const kernel = kernels[`${name}Array`];
  const bound = BOUNDS[name];

  it(`is within ${bound} ulp at every 251st float32`, () => {
    const stride = 251;
    const chunk = 2 ** 18;
    const x = new Buffer32(chunk);
    const y = new Buffer32(chunk);
    let worst = { error: 0, x: 0 };
    for (let start = 0; start < 2 ** 32; start += chunk * stride) {
      const words = x.words;
      for (let i = 0; i < chunk; i++) words[i] = start + i * stride;
      kernel(x.pointer, y.pointer, chunk);
      const [inputs, results] = [x.values, y.values];
      for (let i = 0; i < chunk; i++) {
        const want = reference(inputs[i]);
        if (want !== 0 && results[i] === Math.fround(want)) continue;
        const error = ulpError(results[i], want);
        if (error > worst.error) worst = { error, x: inputs[i] };
      }
    }
    expect(worst.error, `at x = ${worst.x}`).toBeLessThanOrEqual(bound);
  });

  it(`is within ${bound} ulp at special numbers, with the sign of zero`, () => {
    const values = Float32Array.from([...SPECIAL, ...SPECIAL.map((x) => -x), NaN]);
    const x = new Buffer32(values);
    const y = new Buffer32(values.length);
    kernel(x.pointer, y.pointer, values.length);
    values.forEach((input, i) => {
      expect(
        ulpError(y.values[i], reference(input)),
        `${name}(${input}) = ${y.values[i]}`,
      ).toBeLessThanOrEqual(bound);
    });
  });

  it.each(SIZES)("writes %i results and nothing else, in place too", (count) => {
    const values = distinct(count, 7, 3, 3.5);
    const x = new Buffer32(values);
    const y = new Buffer32(count);
    kernel(x.pointer, y.pointer, count);
    values.forEach((input, i) => expect(ulpError(y.values[i], reference(input))).toBeLessThanOrEqual(bound));
    expect(Array.from(x.values)).toEqual(Array.from(values));
    y.checkGuards();
    kernel(x.pointer, x.pointer, count);
    expect(Array.from(x.values)).toEqual(Array.from(y.values));
    x.checkGuards();
  });
});

/** Distinct numbers spread over [low, high). */
function uniform(low: number, high: number): number[] {
  return Array.from(distinct(2000, 5, (high - low) / 2, (high + low) / 2));
}

describe("scalar functions", () => {
  /** Math's own functions are within 1 ulp too. */
  const TWO_ULP = 2 ** -51;
  const near = (want: number) => TWO_ULP * Math.abs(want) + 2 ** -1074;

  function check(name: string, inputs: number[]): void {
    const reference = (Math as unknown as Record<string, (x: number) => number>)[name];
    const got = inputs.map((x) => kernels[`${name}64`](x));
    const want = inputs.map((x) => reference(x));
    expectWithin(got, want, (i) => near(want[i]));
  }

  it("exp64 is within 2 ulp of Math.exp", () => {
    check("exp", [...uniform(-1, 1), ...uniform(-746, 711), 0, -0, 709.78, 709.79, -745.1, -745.2, 1e300]);
    check("exp", [Infinity, -Infinity, NaN]);
  });

  it("log64 is within 2 ulp of Math.log", () => {
    check("log", [...uniform(0.5, 2), ...uniform(0, 1e6), 5e-324, 2 ** -1022, 1.7976931348623157e308, 1]);
    check("log", [0, -0, -1, Infinity, -Infinity, NaN]);
  });

  it("sin64 and cos64 are within 2 ulp of Math.sin and Math.cos up to 2^20, NaN beyond", () => {
    const quarters = Array.from({ length: 600 }, (_, i) => (i * 1111 * Math.PI) / 2);
    const inputs = [...uniform(-10, 10), ...uniform(-(2 ** 20), 2 ** 20), ...quarters, 0, -0, 1e-300, -1e-9];
    check("sin", inputs);
    check("cos", inputs);
    for (const x of [2 ** 20 + 1, -1e300, Infinity, NaN]) {
      expect(kernels.sin64(x)).toBeNaN();
      expect(kernels.cos64(x)).toBeNaN();
    }
  });

  it("pow64 of a whole exponent is within 2 ulp of the power multiplied out in integers", () => {
    for (const [base, bits] of [
      [0.9, 53],
      [0.999, 53],
      [1.0001, 52],
    ]) {
      for (const exponent of [1, 2, 3, 7, 10, 63, 100]) {
        const scaled = BigInt(base * 2 ** bits);
        const exact = ratio(scaled ** BigInt(exponent), BigInt(bits * exponent));
        expectWithin([kernels.pow64(base, exponent)], [exact], () => TWO_ULP * exact);
        expectWithin([kernels.pow64(base, -exponent)], [1 / exact], () => TWO_ULP / exact);
      }
    }
  });

  it("pow64 is within 2 + 2 |y ln x| ulp of Math.pow", () => {
    const bases = uniform(0, 10).slice(0, 200);
    const exponents = uniform(-20, 20).slice(1000, 1200);
    const got = bases.map((x, i) => kernels.pow64(x, exponents[i]));
    const want = bases.map((x, i) => x ** exponents[i]);
    const ulps = (i: number) => 4 + 2 * Math.abs(exponents[i] * Math.log(bases[i]));
    expectWithin(got, want, (i) => ulps(i) * 2 ** -52 * want[i]);
  });

  it("pow64 answers zeros, infinities, NaN and negative bases as ** does", () => {
    const cases = [0, 1, 2, 0.5, 3, 1e300, 1e-300, 2 ** 53, 2 ** 31, 1023, 1075, Infinity];
    const signed = [...cases, ...cases.map((x) => -x), NaN];
    for (const x of signed) {
      for (const y of signed) {
        const [got, want] = [kernels.pow64(x, y), x ** y];
        const close = Object.is(got, want) || Math.abs(got - want) <= 1e-13 * Math.abs(want);
        expect(close, `${x} ** ${y}: got ${got}, want ${want}`).toBe(true);
      }
    }
  });
});

/** numerator / 2^shift as a float64, from the leading 60 bits. */
function ratio(numerator: bigint, shift: bigint): number {
  const drop = BigInt(Math.max(numerator.toString(2).length - 60, 0));
  return Number(numerator >> drop) * 2 ** Number(drop - shift);
}
