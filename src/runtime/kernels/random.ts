/** `assembly/random.ts`. */
export interface RandomKernels {
  deriveKey(key0: number, key1: number, purpose: number, index: number, destination: number): void;
  randomUniform(
    destination: number,
    count: number,
    low: number,
    high: number,
    key0: number,
    key1: number,
  ): void;
  randomNormal(
    destination: number,
    count: number,
    mean: number,
    standardDeviation: number,
    key0: number,
    key1: number,
    truncated: number,
  ): void;
  shuffle(order: number, count: number, key0: number, key1: number): void;
  dropout(x: number, y: number, count: number, rate: number, key0: number, key1: number, step: number): void;
}
