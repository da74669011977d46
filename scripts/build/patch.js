// What differs between two builds of a wasm module, for src/runtime/load/patch.ts, which has the format.

/** Shorter runs of equal bytes cost as much to name as to write. */
const SHORTEST_RUN = 8;
/** Where the builds go on side by side, a run needs no new place and pays from here on. */
const SHORTEST_RUN_IN_STEP = 2;
/** So many places with the same first bytes are tried. */
const MOST_PLACES = 64;

function placesOfRuns(base) {
  const places = new Map();
  for (let i = 0; i + SHORTEST_RUN <= base.length; i++) {
    const run = base.toString("latin1", i, i + SHORTEST_RUN);
    const known = places.get(run) ?? [];
    if (known.length === 0) places.set(run, known);
    if (known.length < MOST_PLACES) known.push(i);
  }
  return places;
}

/** How many bytes are equal from two places on. */
function equalBytes(base, from, target, to) {
  let length = 0;
  while (to + length < target.length && base[from + length] === target[to + length]) length++;
  return length;
}

/** The longest run of `base` that `target` goes on with; the place `inStep` is preferred where that is close. */
function longestRun(base, places, inStep, target, to) {
  let best = { from: inStep, length: equalBytes(base, inStep, target, to) };
  if (best.length < SHORTEST_RUN_IN_STEP) best.length = 0;
  for (const from of places.get(target.toString("latin1", to, to + SHORTEST_RUN)) ?? []) {
    const length = equalBytes(base, from, target, to);
    if (length > best.length + (best.from === inStep ? 3 : 0)) best = { from, length };
  }
  return best;
}

/** A patch that makes `target` of `base`, both Buffers. */
export function makePatch(base, target) {
  const patch = [];
  const write = (number) => {
    for (; number > 127; number >>>= 7) patch.push((number & 127) | 128);
    patch.push(number);
  };
  const places = placesOfRuns(base);
  let inStep = 0;
  let written = [];
  const writeRun = ({ from, length }) => {
    const move = from - inStep;
    write(written.length);
    patch.push(...written);
    write(move < 0 ? -2 * move - 1 : 2 * move);
    write(length);
    inStep = from + length;
    written = [];
  };
  write(target.length);
  for (let to = 0; to < target.length;) {
    const run = longestRun(base, places, inStep, target, to);
    if (run.length > 0) {
      writeRun(run);
      to += run.length;
    } else {
      written.push(target[to++]);
      inStep++;
    }
  }
  if (written.length > 0) writeRun({ from: inStep, length: 0 });
  return Buffer.from(patch);
}
