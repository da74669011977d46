// The initializers that the golden cases do not have: identity, custom ones; and every name of Keras.
import { initializers, layers, sequential, setRandomSeed } from "lanegrad";
import { describe, expect, test } from "vitest";
import { threefryTwin } from "../kernels/twins/random.js";
import { codeOf } from "../support/data.js";

/** What an untyped program may pass. */
const loose = (value: unknown): never => value as never;

describe("identity", () => {
  test("is gain where row and column are the same", () => {
    expect(initializers.identity().sample([3, 3]).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(initializers.identity({ gain: -2.5 }).sample([2, 3]).toArray()).toEqual([
      [-2.5, 0, 0],
      [0, -2.5, 0],
    ]);
    expect(initializers.identity({ gain: 3 }).sample([3, 1]).toArray()).toEqual([[3], [0], [0]]);
    expect(initializers.identity({ gain: 3 }).getConfig()).toEqual({ name: "identity", gain: 3 });
  });

  test("takes two axes alone, and its own options", () => {
    expect(codeOf(() => initializers.identity().sample([3]))).toBe("SHAPE_MISMATCH");
    expect(codeOf(() => initializers.identity().sample([3, 3, 3]))).toBe("SHAPE_MISMATCH");
    expect(codeOf(() => initializers.identity({ gain: NaN }))).toBe("INVALID_OPTION");
    expect(codeOf(() => initializers.identity(loose({ seed: 1 })))).toBe("UNKNOWN_OPTION");
  });

  test("makes a dense layer that changes nothing", () => {
    const net = sequential({
      layers: [layers.dense({ units: 2, kernelInitializer: "identity", inputShape: [2] })],
    });
    expect(net.predict([[3, 4]]).toArray()).toEqual([[3, 4]]);
  });
});

/** The purpose of keys of samples. */
const SAMPLE = 6;

/** As many draws as there are values. */
class Draws extends initializers.CustomInitializer {
  seen: readonly number[] = [];

  fillValues(values: Float32Array, shape: readonly number[], random: () => number): void {
    this.seen = shape;
    expect(values.every((value) => value === 0)).toBe(true);
    for (let i = 0; i < values.length; i++) values[i] = random();
  }
}

describe("one of one's own", () => {
  test("draws the words of Threefry put together, the same for the same seed", () => {
    const draws = new Draws({ seed: 7 });
    const key = threefryTwin([SAMPLE, 0], [7, 0]);
    const want = Array.from({ length: 6 }, (_, i) => {
      const [low, high] = threefryTwin([SAMPLE, i], key);
      return Math.fround(((high >>> 11) * 2 ** 32 + low) / 2 ** 53);
    });
    expect(Array.from(draws.sample([2, 3]).data)).toEqual(want);
    expect(draws.seen).toEqual([2, 3]);
    expect(new Draws({ seed: 7 }).sample([6]).data).toEqual(draws.sample([6]).data);
    expect(new Draws({ seed: 8 }).sample([6]).data).not.toEqual(draws.sample([6]).data);
  });

  test("draws uniform numbers in [0, 1)", () => {
    const { data } = new Draws({ seed: 1 }).sample([20000]);
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    const square = data.reduce((sum, value) => sum + value * value, 0) / data.length;
    // Four standard errors of the mean of 20,000 numbers.
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(0.0082);
    expect(Math.abs(square - 1 / 3)).toBeLessThan(0.0085);
    expect(Math.min(...data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...data)).toBeLessThanOrEqual(1);
  });

  test("depends on the model's seed and the weight's place if it has none", () => {
    const weights = () => {
      setRandomSeed(5);
      const options = { units: 3, kernelInitializer: new Draws(), biasInitializer: new Draws() };
      const net = sequential({
        layers: [layers.dense({ ...options, inputShape: [3] }), layers.dense(options)],
      });
      return net.getWeights().map(({ data }) => Array.from(data));
    };
    const first = weights();
    expect(weights()).toEqual(first);
    expect(first[0]).not.toEqual(first[2]);
    expect(first[0].slice(0, 3)).not.toEqual(first[1]);
  });

  test("has a configuration, and refuses other options", () => {
    expect(new Draws().getConfig()).toEqual({ name: "Draws" });
    expect(new Draws({ seed: 3 }).getConfig()).toEqual({ name: "Draws", seed: 3 });
    expect(codeOf(() => new Draws(loose({ gain: 1 })))).toBe("UNKNOWN_OPTION");
  });
});

/** Keras 3.16's names, without stft: class, snake_case and alias, with the factory that each means. */
const NAMES = [
  ["zeros", "Zeros", "zero"],
  ["ones", "Ones", "one"],
  ["constant", "Constant"],
  ["identity", "Identity", "IdentityInitializer"],
  ["random_uniform", "RandomUniform", "uniform", "randomUniform"],
  ["random_normal", "RandomNormal", "normal", "randomNormal"],
  ["truncated_normal", "TruncatedNormal", "truncatedNormal"],
  ["variance_scaling", "VarianceScaling", "varianceScaling"],
  ["glorot_uniform", "GlorotUniform", "glorotUniform"],
  ["glorot_normal", "GlorotNormal", "glorotNormal"],
  ["he_uniform", "HeUniform", "heUniform"],
  ["he_normal", "HeNormal", "heNormal"],
  ["lecun_uniform", "LecunUniform", "lecunUniform"],
  ["lecun_normal", "LecunNormal", "lecunNormal"],
  ["orthogonal", "Orthogonal", "OrthogonalInitializer"],
] as const;

test.each(NAMES.flatMap((names) => names.map((name) => [name, names[0]] as const)))(
  "%s is %s",
  (name, first) => {
    const configOf = (kernelInitializer: initializers.InitializerSpec) =>
      layers.dense({ units: 2, kernelInitializer }).getConfig().kernelInitializer;
    expect(configOf(name)).toEqual(configOf(first));
    expect((configOf(first) as { name: string }).name).toBe(
      first.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    );
  },
);
