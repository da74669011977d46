// Scaled dot-product attention in float64, head by head and number by number. Layouts as in assembly/attentionHeads.ts.

type Numbers = ArrayLike<number>;

export interface AttentionSizes {
  samples: number;
  heads: number;
  targets: number;
  sources: number;
  keyDim: number;
  valueDim: number;
}

/** Whether a target of a sample may see a source. */
export type Seen = (sample: number, target: number, source: number) => boolean;

/** What attention is computed from, beside q, k and v. */
export interface AttentionSetting {
  sizes: AttentionSizes;
  seen: Seen;
  averagesAll: boolean;
  /** What dropout multiplies each score by, [samples, heads, targets, sources]. */
  factors?: Numbers;
}

export interface AttentionResult {
  p: Float64Array;
  o: Float64Array;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const total = (terms: number[]): number => terms.reduce((sum, term) => sum + term, 0);

/** For each sample and head: where its numbers are. */
function eachHead(
  sizes: AttentionSizes,
  visit: (at: {
    sample: number;
    ofTarget: (target: number, i: number, width: number) => number;
    ofSource: (source: number, i: number, width: number) => number;
    ofScore: (target: number, source: number) => number;
  }) => void,
): void {
  const { samples, heads, targets, sources } = sizes;
  for (const sample of range(samples)) {
    for (const head of range(heads)) {
      visit({
        sample,
        ofTarget: (target, i, width) => ((sample * targets + target) * heads + head) * width + i,
        ofSource: (source, i, width) => ((sample * sources + source) * heads + head) * width + i,
        ofScore: (target, source) => ((sample * heads + head) * targets + target) * sources + source,
      });
    }
  }
}

export function attentionTwin(
  q: Numbers,
  k: Numbers,
  v: Numbers,
  setting: AttentionSetting,
): AttentionResult {
  const { sizes, seen, averagesAll, factors } = setting;
  const { samples, heads, targets, sources, keyDim, valueDim } = sizes;
  const p = new Float64Array(samples * heads * targets * sources);
  const o = new Float64Array(samples * targets * heads * valueDim);
  eachHead(sizes, ({ sample, ofTarget, ofSource, ofScore }) => {
    for (const target of range(targets)) {
      const shown = range(sources).filter((source) => seen(sample, target, source));
      const scores = shown.map(
        (source) =>
          total(range(keyDim).map((i) => q[ofTarget(target, i, keyDim)] * k[ofSource(source, i, keyDim)])) /
          Math.sqrt(keyDim),
      );
      const e = scores.map((score) => Math.exp(score - Math.max(...scores)));
      shown.forEach((source, i) => (p[ofScore(target, source)] = e[i] / total(e)));
      if (shown.length === 0 && averagesAll) {
        for (const source of range(sources)) p[ofScore(target, source)] = 1 / sources;
      }
      for (const i of range(valueDim)) {
        o[ofTarget(target, i, valueDim)] = total(
          range(sources).map((source) => {
            const at = ofScore(target, source);
            return p[at] * (factors?.[at] ?? 1) * v[ofSource(source, i, valueDim)];
          }),
        );
      }
    }
  });
  return { p, o };
}

/** The gradients of the sum of dO o and dP p. */
export function attentionGradientTwin(
  { q, k, v, p, dO, dP }: Record<"q" | "k" | "v" | "p", Numbers> & { dO?: Numbers; dP?: Numbers },
  { sizes, seen, factors }: AttentionSetting,
): Record<"dQ" | "dK" | "dV", Float64Array> {
  const { targets, sources, keyDim, valueDim } = sizes;
  const [dQ, dK, dV] = [q, k, v].map(({ length }) => new Float64Array(length));
  eachHead(sizes, ({ sample, ofTarget, ofSource, ofScore }) => {
    for (const target of range(targets)) {
      const slopes = range(sources).map((source) => {
        const at = ofScore(target, source);
        const factor = factors?.[at] ?? 1;
        const ofO = range(valueDim).map((i) => {
          const slope = dO?.[ofTarget(target, i, valueDim)] ?? 0;
          dV[ofSource(source, i, valueDim)] += p[at] * factor * slope;
          return slope * v[ofSource(source, i, valueDim)];
        });
        return total(ofO) * factor + (dP?.[at] ?? 0);
      });
      const mean = total(slopes.map((slope, source) => slope * p[ofScore(target, source)]));
      slopes.forEach((slope, source) => {
        if (!seen(sample, target, source)) return;
        const dScore = (p[ofScore(target, source)] * (slope - mean)) / Math.sqrt(keyDim);
        for (const i of range(keyDim)) {
          dQ[ofTarget(target, i, keyDim)] += dScore * k[ofSource(source, i, keyDim)];
          dK[ofSource(source, i, keyDim)] += dScore * q[ofTarget(target, i, keyDim)];
        }
      });
    }
  });
  return { dQ, dK, dV };
}
