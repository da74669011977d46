// How long a runtime takes from nothing to the first prediction, beside its empty program.
const REPETITIONS = 5;

function median(numbers) {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1];
}

/**
 * Medians of five, taken in turns.
 *
 * @param measure gives the milliseconds for "firstPrediction" and for "empty"
 */
export async function coldStart(measure) {
  const times = { firstPrediction: [], empty: [] };
  for (let i = 0; i < REPETITIONS; i++) {
    for (const [program, list] of Object.entries(times)) list.push(await measure(program));
  }
  return { firstPrediction: median(times.firstPrediction), empty: median(times.empty) };
}

/** Milliseconds that a call takes. */
export async function timed(call) {
  const start = performance.now();
  await call();
  return performance.now() - start;
}
