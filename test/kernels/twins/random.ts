// The random kernels written from the definition of Threefry, one element at a time.

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];
const ROUNDS = 13;
const TWO_TO_32 = 2 ** 32;

export type Words = readonly [number, number];

/** Threefry-2x32 with 13 rounds, with the key schedule in a loop as the paper has it. */
export function threefryTwin(counter: Words, key: Words): Words {
  const schedule = [key[0], key[1], (0x1bd11bda ^ key[0] ^ key[1]) >>> 0];
  let x0 = (counter[0] + schedule[0]) >>> 0;
  let x1 = (counter[1] + schedule[1]) >>> 0;
  for (let round = 0; round < ROUNDS; round++) {
    const rotation = ROTATIONS[round % 8];
    x0 = (x0 + x1) >>> 0;
    x1 = (((x1 << rotation) | (x1 >>> (32 - rotation))) ^ x0) >>> 0;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x0 = (x0 + schedule[injection % 3]) >>> 0;
      x1 = (x1 + schedule[(injection + 1) % 3] + injection) >>> 0;
    }
  }
  return [x0, x1];
}

/** The word of element i of a kernel that gives 8 elements to 4 counters. */
function wordOf(i: number, counter1: number, key: Words): number {
  const counter0 = 4 * Math.floor(i / 8) + (i % 4);
  return threefryTwin([counter0, counter1], key)[i % 8 < 4 ? 0 : 1];
}

export function uniformTwin(count: number, low: number, high: number, key: Words): Float64Array {
  return Float64Array.from(
    { length: count },
    (_, i) => low + (high - low) * ((wordOf(i, 0, key) >>> 8) / 2 ** 24),
  );
}

export function normalPair(words: Words): Words {
  const radius = Math.sqrt(-2 * Math.log((words[0] + 0.5) / TWO_TO_32));
  const angle = (2 * Math.PI * words[1]) / TWO_TO_32;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

export function normalTwin(count: number, mean: number, deviation: number, key: Words): Float64Array {
  return Float64Array.from(
    { length: count },
    (_, i) => mean + deviation * normalPair(threefryTwin([i >> 1, 0], key))[i & 1],
  );
}

export function truncatedNormalTwin(
  count: number,
  mean: number,
  deviation: number,
  key: Words,
): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    for (let attempt = 0; ; attempt++) {
      const pair = normalPair(threefryTwin([i, attempt], key));
      const accepted = pair.find((z) => Math.abs(z) <= 2);
      if (accepted !== undefined) return mean + deviation * accepted;
    }
  });
}

export function shuffleTwin(count: number, key: Words): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const [low, high] = threefryTwin([i, 0], key);
    const bits = (BigInt(high) << 32n) | BigInt(low);
    const other = Number((bits * BigInt(i + 1)) >> 64n);
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}

/** Which elements dropout keeps. */
export function keptTwin(count: number, rate: number, key: Words, step: number): boolean[] {
  const threshold = Math.floor(rate * TWO_TO_32);
  return Array.from({ length: count }, (_, i) => wordOf(i, step, key) >= threshold);
}
