// What the benchmarks of kernels share: how time is measured, and how columns are written.

/** Runs shorter than this are repeated: the clock and the loop around the call do not count then. */
const RUN_MILLISECONDS = 1;

/** So long every function runs first: engines compile their best code in the background. */
const WARM_UP_MILLISECONDS = 60;

/** Calls that make up a run of at least RUN_MILLISECONDS. */
function callsOfRun(call) {
  for (const begin = performance.now(); performance.now() - begin < WARM_UP_MILLISECONDS;) call();
  for (let calls = 1; ; calls *= 2) if (millisecondsOf(call, calls) >= RUN_MILLISECONDS) return calls;
}

function millisecondsOf(call, calls) {
  const begin = performance.now();
  for (let i = 0; i < calls; i++) call();
  return performance.now() - begin;
}

/**
 * The seconds of one call of each function: the best of several runs, which take turns, because the speed of
 * a shared machine changes. The best and not the median, because only interruptions make a run longer.
 */
export function secondsOfCalls(functions, runs) {
  const calls = functions.map(callsOfRun);
  const best = functions.map(() => Infinity);
  for (let run = 0; run < runs; run++) {
    for (const [i, call] of functions.entries()) {
      best[i] = Math.min(best[i], millisecondsOf(call, calls[i]) / calls[i] / 1000);
    }
  }
  return best;
}

/** The next multiple of 64: where a cache line begins. */
export const align = (address) => (address + 63) & ~63;

export const percent = (share) => `${(100 * share).toFixed(0).padStart(3)} %`;
