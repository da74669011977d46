// The input generator and the comparison of the golden cases, as their README gives them.

/** The values of a tensor: listed, or from the generator. */
export function build(t) {
  const size = t.shape.reduce((p, q) => p * q, 1);
  if (t.values) return Float32Array.from(t.values, Number);
  let a = (t.prng ?? t.prng_int).seed >>> 0;
  const next = () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let z = Math.imul(a ^ (a >>> 15), a | 1);
    z = (z + Math.imul(z ^ (z >>> 7), z | 61)) ^ z;
    return (z ^ (z >>> 14)) >>> 8;
  };
  if (t.prng_int)
    return Int32Array.from({ length: size }, () => Math.floor((next() * t.prng_int.n) / 2 ** 24));
  const { scale, offset } = t.prng;
  return Float32Array.from({ length: size }, () => offset + scale * ((next() - 2 ** 23) / 2 ** 23));
}

/** Whether a value is within the tolerance of the wanted one; the same infinity and NaN are. */
export function isNear(got, want, { rtol, atol }) {
  return (
    got === want ||
    (Number.isNaN(got) && Number.isNaN(want)) ||
    Math.abs(got - want) <= atol + rtol * Math.abs(want)
  );
}

/** The positions that miss the tolerance; empty means a pass. skip: positions to leave out. */
export function misses(got, want, tolerance, skip = []) {
  const bad = [];
  if (want.values) {
    if (got.length !== want.values.length) return ["length"];
    want.values.forEach((w, i) => {
      if (!skip.includes(i) && !isNear(got[i], Number(w), tolerance)) bad.push(i);
    });
    return bad;
  }
  const size = got.length;
  if (size !== want.shape.reduce((p, q) => p * q, 1)) return ["length"];
  return missesOfSummary(got, want.summary, tolerance);
}

function missesOfSummary(got, s, { rtol, atol }) {
  const bad = [];
  const size = got.length;
  const r = build({ shape: [size], prng: { seed: s.dot.seed, scale: 1, offset: 0 } });
  let [sum, sq, dot, maxabs] = [0, 0, 0, 0];
  for (let i = 0; i < size; i++) {
    sum += got[i];
    sq += got[i] * got[i];
    dot += got[i] * r[i];
    maxabs = Math.max(maxabs, Math.abs(got[i]));
  }
  s.idx.forEach((p, i) => {
    if (!isNear(got[p], s.val[i], { rtol, atol })) bad.push(p);
  });
  const room = Math.sqrt(size) * (atol + rtol * s.l2);
  if (!(Math.abs(sum - s.sum) <= room)) bad.push("sum");
  if (!(Math.abs(dot - s.dot.value) <= room)) bad.push("dot");
  if (!isNear(maxabs, s.maxabs, { rtol, atol })) bad.push("maxabs");
  if (!isNear(Math.sqrt(sq), s.l2, { rtol, atol })) bad.push("l2");
  return bad;
}
