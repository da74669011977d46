// What Lanegrad must reach, and whether it did. `point` groups them as docs/performance.md does.
import { GROUPS } from "./jobs.js";
import { median } from "./median.js";

const SMALL_JAVASCRIPT = ["convnetjs", "synaptic"];
const SQUARE_PRODUCTS = GROUPS["matmul-squares"].map(({ id }) => id);
const LAYER_PRODUCTS = ["matmul-digits", "matmul-diabetes", "matmul-wide"].flatMap((name) =>
  GROUPS[name].map(({ id }) => id),
);
const PEAK_FROM = 128;

/**
 * `ratio`: at least so many times faster than the fastest of `peers`, in the same kind of build.
 * `most`: at most this much. `share`: at least this part of the multiply-add peak, in the relaxed build.
 */
export const DEMANDS = [
  { point: 1, jobs: ["step-digits"], peers: ["tfjs wasm"], ratio: 12 },
  { point: 1, jobs: ["step-digits"], peers: ["jax-js"], ratio: 12 },
  { point: 1, jobs: ["step-digits"], peers: ["PyTorch"], ratio: 2.5 },
  { point: 1, jobs: ["step-digits"], peers: ["NumPy"], ratio: 1 },
  { point: 2, jobs: ["fit-diabetes"], peers: ["tfjs wasm", "tfjs cpu"], ratio: 100 },
  { point: 2, jobs: ["fit-diabetes"], peers: ["PyTorch"], ratio: 25 },
  { point: 2, jobs: ["fit-diabetes"], peers: SMALL_JAVASCRIPT, ratio: 7 },
  { point: 2, jobs: ["fit-iris"], peers: SMALL_JAVASCRIPT, ratio: 10 },
  { point: 2, jobs: ["first-fit"], most: 20 },
  { point: 3, jobs: ["step-wide"], peers: ["jax-js"], ratio: 1.5 },
  { point: 3, jobs: ["step-wide"], peers: ["tfjs wasm"], ratio: 13 },
  { point: 4, jobs: SQUARE_PRODUCTS, peers: ["tfjs wasm"], ratio: 1.1 },
  { point: 4, jobs: LAYER_PRODUCTS, peers: ["tfjs wasm"], ratio: 1.1 },
  {
    point: 4,
    jobs: GROUPS["matmul-squares"].filter(({ m }) => m >= PEAK_FROM).map(({ id }) => id),
    share: 0.85,
  },
  { point: 5, jobs: ["predict-digits"], peers: ["ort web"], ratio: 4 },
  { point: 5, jobs: ["predict-digits"], peers: ["ort node"], ratio: 2 },
  { point: 5, jobs: ["predict-diabetes"], most: 1.5 },
  { point: 5, jobs: ["predict-wide-256"], peers: ["ort web"], ratio: 1.3 },
  { point: 5, jobs: ["predict-wide"], peers: ["ort node"], ratio: 1 },
  { point: 6, jobs: ["memory"], most: 45 },
  { point: 6, jobs: ["cold"], most: 15 },
  { point: 6, jobs: ["cold-bundled"], most: 15 },
  { point: 7, jobs: ["step-lenet"], peers: ["tfjs cpu"], ratio: 20 },
  { point: 7, jobs: ["forward-lenet"], peers: ["tfjs wasm"], ratio: 1.2 },
  { point: 7, jobs: ["step-lstm"], peers: ["tfjs wasm"], ratio: 10 },
  { point: 7, jobs: ["step-lstm"], peers: ["tfjs cpu"], ratio: 10 },
];

const isOurs = ({ contestant }) => contestant.peer === "lanegrad";

/** Lanegrad in the build of a peer, or, if that has none, in the build it takes by itself. */
function oursFor(results, kind, usualKind) {
  return results.find((result) => isOurs(result) && result.contestant.kind === (kind ?? usualKind));
}

function judgeRatio({ peers, ratio }, { job, results }, usualKind) {
  const rivals = results.filter(({ contestant }) => peers.includes(contestant.peer));
  const kinds = [...new Set(rivals.map(({ contestant }) => contestant.kind))];
  return kinds.flatMap((kind) => {
    const sameKind = rivals.filter(({ contestant }) => contestant.kind === kind);
    const rival = sameKind.toSorted((a, b) => median(a.times) - median(b.times))[0];
    const ours = oursFor(results, kind, usualKind);
    if (ours === undefined) return [];
    const reached = median(rival.times) / median(ours.times);
    return [
      {
        job,
        what: `${ours.contestant.name}, times as fast as ${rival.contestant.name}`,
        demanded: `at least ${ratio}`,
        reached: reached.toFixed(reached < 10 ? 2 : 1),
        margin: reached / ratio,
      },
    ];
  });
}

function judgeMost({ most }, { job, results }) {
  return results.filter(isOurs).map(({ contestant, times }) => {
    const reached = median(times);
    return {
      job,
      what: contestant.name,
      demanded: `at most ${most} ${job.unit}`,
      reached: `${reached.toFixed(2)} ${job.unit}`,
      margin: most / reached,
    };
  });
}

function judgeShare({ share }, { job, results }) {
  const ours = oursFor(results, "relaxed");
  if (ours === undefined) return [];
  return [
    {
      job,
      what: "lanegrad relaxed, share of the multiply-add peak",
      demanded: `at least ${100 * share} %`,
      reached: `${(100 * ours.share).toFixed(0)} %`,
      margin: ours.share / share,
    },
  ];
}

/** For each demand the verdicts on what was measured of it; a margin of 1 or more is met. */
export function judge(measured, usualKind) {
  return DEMANDS.map((demand) => {
    const verdicts = measured
      .filter(({ job }) => demand.jobs.includes(job.id))
      .flatMap((measurement) => {
        if (demand.ratio !== undefined) return judgeRatio(demand, measurement, usualKind);
        return demand.most === undefined ? judgeShare(demand, measurement) : judgeMost(demand, measurement);
      });
    return { point: demand.point, verdicts };
  }).filter(({ verdicts }) => verdicts.length > 0);
}
