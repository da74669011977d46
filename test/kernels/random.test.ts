import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import {
  keptTwin,
  normalTwin,
  shuffleTwin,
  threefryTwin,
  truncatedNormalTwin,
  uniformTwin,
  type Words,
} from "./twins/random.js";

const KEY: Words = [0x243f6a88, 0x85a308d3];
/** Every tail of a group of 8, with none and with two rounds. */
const COUNTS = [...Array.from({ length: 18 }, (_, i) => i), 103];
const MANY = 200_000;

/** FNV-1a over words: the same in both builds and on every engine, or the test fails. */
function hash(words: Uint32Array): string {
  let state = 0x811c9dc5;
  for (const word of words) state = Math.imul(state ^ word, 0x01000193) >>> 0;
  return state.toString(16);
}

function derive(key: Words, counter: Words): Words {
  const words = new Buffer32(2);
  kernels.deriveKey(key[0], key[1], counter[0], counter[1], words.pointer);
  words.checkGuards();
  return [words.words[0], words.words[1]];
}

function uniform(count: number, low: number, high: number, key = KEY): Buffer32 {
  const x = new Buffer32(count);
  kernels.randomUniform(x.pointer, count, low, high, key[0], key[1]);
  x.checkGuards();
  return x;
}

function normal(count: number, mean: number, deviation: number, truncated: boolean, key = KEY): Buffer32 {
  const x = new Buffer32(count);
  kernels.randomNormal(x.pointer, count, mean, deviation, key[0], key[1], Number(truncated));
  x.checkGuards();
  return x;
}

function shuffle(count: number, key = KEY): Uint32Array {
  const order = new Buffer32(count);
  kernels.shuffle(order.pointer, count, key[0], key[1]);
  order.checkGuards();
  return order.words.slice();
}

function drop(x: Buffer32, y: Buffer32, rate: number, step: number): void {
  kernels.dropout(x.pointer, y.pointer, x.length, rate, KEY[0], KEY[1], step);
}

/** Half a unit in the last place of float32, and what float64 functions differ by. */
function oneRounding(want: Float64Array): (index: number) => number {
  return (i) => 6.1e-8 * Math.abs(want[i]) + 1e-14;
}

/** Mean and variance around it. */
function moments(x: Float32Array): [number, number] {
  let [sum, squares] = [0, 0];
  for (const value of x) sum += value;
  const mean = sum / x.length;
  for (const value of x) squares += (value - mean) ** 2;
  return [mean, squares / x.length];
}

beforeEach(freeAll);

describe("deriveKey is threefry-2x32-13", () => {
  const answers: [Words, Words, Words][] = [
    [
      [0, 0],
      [0, 0],
      [0x9d1c5ec6, 0x8bd50731],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0xfd36d048, 0x2d17272c],
    ],
    [
      [0x243f6a88, 0x85a308d3],
      [0x13198a2e, 0x03707344],
      [0xba3e4725, 0xf27d669e],
    ],
  ];

  it.each(answers)("counter %j, key %j: the published answer", (counter, key, words) => {
    expect(derive(key, counter)).toEqual(words);
    expect(threefryTwin(counter, key)).toEqual(words);
  });
});

describe("randomUniform", () => {
  it.each(COUNTS)("of %i has the bits of its definition", (count) => {
    const want = Float32Array.from(uniformTwin(count, -0.3, 0.7, KEY));
    const [low, high] = [Math.fround(-0.3), Math.fround(0.7)];
    expectWithin(uniform(count, low, high).values, want, () => 6e-8);
    expect(Array.from(uniform(count, 0, 1).values)).toEqual(Array.from(uniformTwin(count, 0, 1, KEY)));
  });

  it("is uniform: 64 bins, chi squared below 120; mean and variance within 5 standard errors", () => {
    const { values } = uniform(MANY, 0, 1);
    const bins = new Float64Array(64);
    for (const value of values) bins[Math.floor(64 * value)]++;
    const expected = MANY / 64;
    expect(bins.reduce((sum, bin) => sum + (bin - expected) ** 2 / expected, 0)).toBeLessThan(120);
    const [mean, variance] = moments(values);
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / MANY));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / MANY));
  });

  it("stays in [low, high], also where float32 is coarse or the range overflows it", () => {
    for (const [low, high] of [
      [16777216, 16777218],
      [-3e38, 3e38],
      [0.1, 0.1],
      [-1, -0.9999999],
    ].map((pair) => pair.map(Math.fround))) {
      const { values } = uniform(1000, low, high);
      expect(values.every((value) => value >= low && value <= high)).toBe(true);
    }
  });

  it("gives these bits in every build", () => {
    expect(hash(uniform(10_001, -0.3, 0.7).words)).toBe("6c1daf93");
  });
});

describe("randomNormal", () => {
  it.each(COUNTS)("of %i is within one rounding of its definition", (count) => {
    const whole = normalTwin(count, 0.5, 2, KEY);
    expectWithin(normal(count, 0.5, 2, false).values, whole, oneRounding(whole));
    const cut = truncatedNormalTwin(count, 0.5, 2, KEY);
    expectWithin(normal(count, 0.5, 2, true).values, cut, oneRounding(cut));
  });

  it("has mean 0, variance 1 and kurtosis 3 within 5 standard errors", () => {
    const { values } = normal(MANY, 0, 1, false);
    const [mean, variance] = moments(values);
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(1 / MANY));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / MANY));
    const fourth = values.reduce((sum, value) => sum + value ** 4, 0) / MANY;
    expect(Math.abs(fourth - 3)).toBeLessThan(5 * Math.sqrt(96 / MANY));
    expect(values.some((value) => Math.abs(value) > 3.5)).toBe(true);
  });

  it("truncated stays within 2, with variance 0.7737 within 5 standard errors", () => {
    const { values } = normal(MANY, 0, 1, true);
    expect(values.every((value) => Math.abs(value) <= 2)).toBe(true);
    const [mean, variance] = moments(values);
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(0.7737 / MANY));
    expect(Math.abs(variance - 0.77374)).toBeLessThan(5 * Math.sqrt(0.84 / MANY));
  });

  it("gives these bits in every build", () => {
    expect(hash(normal(10_001, 0, 1, false).words)).toBe("abe4bde7");
    expect(hash(normal(10_001, 0, 1, true).words)).toBe("130f6b44");
  });
});

describe("shuffle", () => {
  it.each(COUNTS)("of %i is the order of its definition", (count) => {
    expect(Array.from(shuffle(count))).toEqual(Array.from(shuffleTwin(count, KEY)));
  });

  it("of 10007 is a permutation, another one for another key", () => {
    const order = shuffle(10_007);
    expect(Array.from(order.slice().sort((a, b) => a - b))).toEqual(Array.from(order.keys()));
    expect(hash(shuffle(10_007, [KEY[0], KEY[1] + 1]))).not.toBe(hash(order));
  });

  it("gives every order of 4 alike: chi squared of 24 orders below 60", () => {
    const rounds = 24_000;
    const seen = new Map<string, number>();
    const order = new Buffer32(4);
    for (let i = 0; i < rounds; i++) {
      kernels.shuffle(order.pointer, 4, i, 7);
      const name = order.words.join();
      seen.set(name, (seen.get(name) ?? 0) + 1);
    }
    expect(seen.size).toBe(24);
    let statistic = 0;
    for (const count of seen.values()) statistic += (count - 1000) ** 2 / 1000;
    expect(statistic).toBeLessThan(60);
  });

  it("gives these bits in every build", () => {
    expect(hash(shuffle(10_001))).toBe("ce6cee13");
  });
});

describe("dropout", () => {
  it.each(COUNTS)("of %i has the mask of its definition, and exact products", (count) => {
    const values = distinct(count, 1);
    const [x, y] = [new Buffer32(values), new Buffer32(count)];
    for (const [rate, step] of [
      [0.5, 0],
      [0.25, 9],
      [Math.fround(0.1), 0xffffffff],
    ]) {
      drop(x, y, rate, step);
      const factor = Math.fround(1 / (1 - rate));
      const kept = keptTwin(count, rate, KEY, step);
      const want = Array.from(values, (value, i) => (kept[i] ? Math.fround(value * factor) : 0));
      expect(Array.from(y.values)).toEqual(want);
      expect(Array.from(x.values)).toEqual(Array.from(values));
      y.checkGuards();
    }
  });

  it("works in place", () => {
    const [x, y] = [new Buffer32(distinct(103, 1)), new Buffer32(103)];
    drop(x, y, 0.5, 3);
    drop(x, x, 0.5, 3);
    expect(Array.from(x.values)).toEqual(Array.from(y.values));
    x.checkGuards();
  });

  it("with rate 0 copies", () => {
    const [x, y] = [new Buffer32(distinct(103, 1)), new Buffer32(103)];
    drop(x, y, 0, 3);
    expect(Array.from(y.values)).toEqual(Array.from(x.values));
  });

  it("drops NaN, infinities and negative numbers to +0", () => {
    for (const bad of [NaN, Infinity, -Infinity, -1]) {
      const x = new Buffer32(new Float32Array(103).fill(bad));
      const y = new Buffer32(103);
      drop(x, y, 0.5, 1);
      const kept = keptTwin(103, 0.5, KEY, 1);
      expect(Array.from(y.values)).toEqual(kept.map((keep) => (keep ? 2 * bad : 0)));
    }
  });

  it("has a mask that depends on the index alone: the start of a longer tensor has the same", () => {
    const [long, short] = [
      new Buffer32(new Float32Array(103).fill(1)),
      new Buffer32(new Float32Array(37).fill(1)),
    ];
    drop(long, long, 0.5, 5);
    drop(short, short, 0.5, 5);
    expect(Array.from(short.values)).toEqual(Array.from(long.values.subarray(0, 37)));
  });

  it("keeps 1 - rate of the elements within 5 standard errors, and half of them again a step later", () => {
    const ones = () => new Buffer32(new Float32Array(MANY).fill(1));
    const share = (x: Buffer32) => x.values.reduce((sum, value) => sum + Number(value > 0), 0) / MANY;
    for (const rate of [0.1, 0.5, 0.9]) {
      const x = ones();
      drop(x, x, rate, 1);
      expect(Math.abs(share(x) - (1 - rate))).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / MANY));
      expect(Math.abs(moments(x.values)[0] - 1)).toBeLessThan(5 * Math.sqrt(rate / (1 - rate) / MANY));
    }
    const x = ones();
    drop(x, x, 0.5, 1);
    drop(x, x, 0.5, 2);
    expect(Math.abs(share(x) - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / MANY));
  });

  it("gives these bits in every build", () => {
    const x = new Buffer32(distinct(10_001, 1));
    drop(x, x, 0.5, 1);
    expect(hash(x.words)).toBe("366632b9");
  });
});
