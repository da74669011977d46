import { afterEach, describe, expect, test } from "vitest";
import { build, Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { activations } from "./twins/activation.js";
import { gruBackward, gruForward, lstmBackward, lstmForward, stateGradient } from "./twins/recurrence.js";
import type { Used } from "./twins/recurrence.js";

/** Rows and units: two rounds of a vector, and each tail. */
const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((units) => [3, units]).concat([[1, 16], [2, 33], [7, 4]]); // prettier-ignore

/** Values of the table of constants that a step writes. */
const TABLE = 24;

/** All kinds that a kernel of recurrent layers takes, for a; and for g with one of them moved on. */
const KINDS = [4, 0, 1, 2, 3, 5, 6, 7, 9, 14, 15, 16, 17];
const PAIRS = KINDS.map((kind, i) => [kind, i === 0 ? 3 : KINDS[(i + 4) % KINDS.length]]);

const CASES = [
  ...SIZES.map(([rows, units]) => ({ rows, units, pair: PAIRS[0], has: "all" })),
  ...PAIRS.map((pair) => ({ rows: 2, units: 7, pair, has: "all" })),
  ...["dY", "dRecurrent", "none"].map((has) => ({ rows: 2, units: 5, pair: PAIRS[0], has })),
];

/** Some sums and products of numbers around 1, and activations: absolute up to 1, relative beyond. */
const near = (want: ArrayLike<number>) => (i: number) => 20 * 2 ** -24 * (1 + Math.abs(want[i]));

const used = (kind: number): Used => ({ activation: activations[kind], alpha: 0.6 });
const needsInput = (kind: number): boolean => activations[kind].fromResult !== true;

/** [rows, parts, units] of what a twin says of each row and unit. */
function each(
  rows: number,
  parts: number,
  units: number,
  of: (i: number) => readonly number[],
): Float64Array {
  const all = new Float64Array(rows * parts * units);
  for (let i = 0; i < rows * units; i++) {
    const [row, unit] = [Math.floor(i / units), i % units];
    of(i).forEach((value, part) => (all[(row * parts + part) * units + unit] = value));
  }
  return all;
}

/** The parts of row and unit i. */
function partsOf({ values }: Buffer32, parts: number, units: number, i: number): number[] {
  const [row, unit] = [Math.floor(i / units), i % units];
  return Array.from({ length: parts }, (_, part) => values[(row * parts + part) * units + unit]);
}

/** The gradients that arrive at a state, some of them or all. */
function arriving(rows: number, units: number, has: string) {
  const stride = units + 3;
  const dY = new Buffer32(distinct(rows * stride, 11));
  const [dRecurrent, mask, dDirect] = [12, 13, 14].map((seed) => new Buffer32(distinct(rows * units, seed)));
  const given = (name: string): boolean => has === "all" || has === name;
  const pointer = (name: string, { pointer }: Buffer32): number => (given(name) ? pointer : 0);
  const at = (name: string, { values }: Buffer32, i: number): number | undefined =>
    given(name) ? values[i] : undefined;
  const dDirects = dDirect.values.slice();
  const dState = (i: number): number =>
    stateGradient(
      at("dY", dY, Math.floor(i / units) * stride + (i % units)),
      at("dRecurrent", dRecurrent, i),
      at("mask", mask, i),
      given("dDirect") ? dDirects[i] : undefined,
    );
  const beginning = [pointer("dY", dY), stride, pointer("dRecurrent", dRecurrent), pointer("mask", mask)];
  return { dState, dDirect, hasDirect: Number(given("dDirect")), beginning, guards: [dY, dRecurrent, mask] };
}

afterEach(freeAll);

describe(`steps of recurrent layers, ${build}: within 20 2^-24 (1 + |value|)`, () => {
  test.each(CASES)("simpleRNN, $rows rows, $units units, kinds $pair, $has", ({ rows, units, pair, has }) => {
    const [kind] = pair;
    const { activation, alpha } = used(kind);
    const count = rows * units;
    const [x, products] = [distinct(count, 1), distinct(count, 2)];
    const [z, product, states] = [new Buffer32(x), new Buffer32(products), new Buffer32(count)];
    const workspace = new Buffer32(TABLE);
    const made = [z, product, states].map(({ pointer }) => pointer);
    kernels.simpleRnnStepForward(...made, count, kind, alpha, workspace.pointer);
    workspace.checkGuards();
    const sums = Float64Array.from(x, (value, i) => value + products[i]);
    const want = sums.map((sum) => activation.f(sum, alpha));
    expectWithin(states.values, want, near(want));
    const { dState, dDirect, hasDirect, beginning, guards } = arriving(rows, units, has);
    const source = needsInput(kind) ? z : states;
    const wantZ = sums.map((sum, i) => dState(i) * activation.slope(sum, alpha));
    const direct = hasDirect ? dDirect.pointer : 0;
    kernels.simpleRnnStepBackward(...beginning, direct, source.pointer, z.pointer, rows, units, kind, alpha);
    expectWithin(z.values, wantZ, near(wantZ));
    for (const buffer of [z, product, states, dDirect, ...guards]) buffer.checkGuards();
  });

  test.each(CASES)("lstm, $rows rows, $units units, kinds $pair, $has", ({ rows, units, pair, has }) => {
    const [a, g] = pair.map(used);
    const count = rows * units;
    const [x, product] = [1, 2].map((seed) => new Buffer32(distinct(4 * count, seed)));
    const keeps = pair.some(needsInput);
    const gates = keeps ? new Buffer32(4 * count) : x;
    const previous = new Buffer32(distinct(count, 3));
    const [cells, activated, states] = [1, 2, 3].map(() => new Buffer32(count));
    const steps = Array.from({ length: count }, (_, i) => {
      const products = partsOf(product, 4, units, i);
      const sums = partsOf(x, 4, units, i).map((value, part) => value + products[part]);
      return lstmForward(sums, previous.values[i], a, g);
    });
    const numbers = [rows, units, pair[0], a.alpha, pair[1], g.alpha];
    const made = [previous, cells, activated, states].map(({ pointer }) => pointer);
    const workspace = new Buffer32(TABLE);
    kernels.lstmStepForward(
      x.pointer,
      product.pointer,
      gates.pointer,
      ...made,
      ...numbers,
      workspace.pointer,
    );
    workspace.checkGuards();
    const expectEach = (got: Buffer32, parts: number, of: (i: number) => readonly number[]): void => {
      const want = each(rows, parts, units, of);
      expectWithin(got.values, want, near(want));
    };
    expectEach(gates, 4, (i) => steps[i].gates);
    if (keeps) expectEach(x, 4, (i) => steps[i].sums);
    expectEach(cells, 1, (i) => [steps[i].cell]);
    expectEach(activated, 1, (i) => [steps[i].activated]);
    expectEach(states, 1, (i) => [steps[i].state]);

    const { dState, dDirect, hasDirect, beginning, guards } = arriving(rows, units, has);
    const dNext = distinct(count, 15);
    const dCells = new Buffer32(dNext);
    const want = steps.map((step, i) => lstmBackward(step, previous.values[i], dState(i), dNext[i], a, g));
    kernels.lstmStepBackward(
      ...beginning,
      hasDirect ? dDirect.pointer : 0,
      gates.pointer,
      needsInput(pair[0]) ? x.pointer : gates.pointer,
      needsInput(pair[1]) ? x.pointer : gates.pointer,
      previous.pointer,
      needsInput(pair[0]) ? cells.pointer : activated.pointer,
      activated.pointer,
      dCells.pointer,
      gates.pointer,
      ...numbers,
    );
    expectEach(gates, 4, (i) => want[i].dSums);
    expectEach(dCells, 1, (i) => [want[i].dPreviousCell]);
    const all = [x, product, gates, previous, cells, activated, states, dDirect, dCells, ...guards];
    for (const buffer of all) buffer.checkGuards();
  });

  test.each(CASES)("gru, $rows rows, $units units, kinds $pair, $has", ({ rows, units, pair, has }) => {
    const [a, g] = pair.map(used);
    const count = rows * units;
    const [x, product] = [1, 2].map((seed) => new Buffer32(distinct(3 * count, seed)));
    const keeps = pair.some(needsInput);
    const gates = keeps ? new Buffer32(3 * count) : x;
    const [previous, states] = [new Buffer32(distinct(count, 3)), new Buffer32(count)];
    const steps = Array.from({ length: count }, (_, i) =>
      gruForward(partsOf(x, 3, units, i), partsOf(product, 3, units, i), previous.values[i], a, g),
    );
    const numbers = [rows, units, pair[0], a.alpha, pair[1], g.alpha];
    const made = [gates, previous, states].map(({ pointer }) => pointer);
    const workspace = new Buffer32(TABLE);
    kernels.gruStepForward(x.pointer, product.pointer, ...made, ...numbers, workspace.pointer);
    workspace.checkGuards();
    const expectEach = (got: Buffer32, parts: number, of: (i: number) => readonly number[]): void => {
      const want = each(rows, parts, units, of);
      expectWithin(got.values, want, near(want));
    };
    expectEach(gates, 3, (i) => steps[i].gates);
    if (keeps) expectEach(x, 3, (i) => steps[i].sums);
    expectEach(states, 1, (i) => [steps[i].state]);

    const { dState, dDirect, hasDirect, beginning, guards } = arriving(rows, units, has);
    const want = steps.map((step, i) => gruBackward(step, previous.values[i], dState(i), a, g));
    kernels.gruStepBackward(
      ...beginning,
      dDirect.pointer,
      hasDirect,
      gates.pointer,
      needsInput(pair[0]) ? x.pointer : gates.pointer,
      needsInput(pair[1]) ? x.pointer : gates.pointer,
      previous.pointer,
      product.pointer,
      gates.pointer,
      ...numbers,
    );
    expectEach(gates, 3, (i) => want[i].dSums);
    expectEach(product, 3, (i) => want[i].dProducts);
    expectEach(dDirect, 1, (i) => [want[i].dDirect]);
    for (const buffer of [x, product, gates, previous, states, dDirect, ...guards]) buffer.checkGuards();
  });

  // With a product of the state that is given, both variants are one formula.
  test.each(CASES)(
    "gru, reset gate before, $rows rows, $units units, kinds $pair, $has",
    ({ rows, units, pair, has }) => {
      const [a, g] = pair.map(used);
      const count = rows * units;
      const x = new Buffer32(distinct(3 * count, 1));
      const given = x.values.slice();
      const [gateProduct, product] = [new Buffer32(distinct(2 * count, 2)), new Buffer32(distinct(count, 4))];
      const keeps = pair.some(needsInput);
      const gates = keeps ? new Buffer32(3 * count) : x;
      const [previous, masked] = [new Buffer32(distinct(count, 3)), new Buffer32(distinct(count, 5))];
      const [reset, states] = [new Buffer32(count), new Buffer32(count)];
      const steps = Array.from({ length: count }, (_, i) => {
        const parts = partsOf(x, 3, units, i);
        const [update, resetProduct] = partsOf(gateProduct, 2, units, i);
        // The product for the candidate is there as it is: as an input, beside a product of 0.
        parts[2] += product.values[i];
        return gruForward(parts, [update, resetProduct, 0], previous.values[i], a, g);
      });
      const [aNumbers, gNumbers] = [
        [pair[0], a.alpha],
        [pair[1], g.alpha],
      ];
      const begin = [x, gateProduct, gates, masked, reset].map(({ pointer }) => pointer);
      const workspaces = [new Buffer32(TABLE), new Buffer32(TABLE)];
      kernels.gruGatesForward(...begin, rows, units, ...gNumbers, workspaces[0].pointer);
      const end = [x, product, gates, previous, states].map(({ pointer }) => pointer);
      kernels.gruCandidateForward(...end, rows, units, ...aNumbers, workspaces[1].pointer);
      for (const workspace of workspaces) workspace.checkGuards();
      const expectEach = (got: Buffer32, parts: number, of: (i: number) => readonly number[]): void => {
        const want = each(rows, parts, units, of);
        expectWithin(got.values, want, near(want));
      };
      expectEach(gates, 3, (i) => steps[i].gates);
      if (keeps) expectEach(x, 3, (i) => steps[i].sums);
      expect(given).not.toEqual(x.values);
      expectEach(reset, 1, (i) => [steps[i].gates[1] * masked.values[i]]);
      expectEach(states, 1, (i) => [steps[i].state]);

      const { dState, dDirect, hasDirect, beginning, guards } = arriving(rows, units, has);
      const [dGates, dCandidates] = [new Buffer32(2 * count), new Buffer32(count)];
      const sources = needsInput(pair[0]) ? x.pointer : gates.pointer;
      const recurrentSources = needsInput(pair[1]) ? x.pointer : gates.pointer;
      const dResets = distinct(count, 16);
      const dReset = new Buffer32(dResets);
      kernels.gruCandidateBackward(
        ...beginning,
        dDirect.pointer,
        hasDirect,
        gates.pointer,
        sources,
        recurrentSources,
        previous.pointer,
        dGates.pointer,
        dCandidates.pointer,
        rows,
        units,
        ...aNumbers,
        ...gNumbers,
      );
      kernels.gruResetBackward(
        dReset.pointer,
        gates.pointer,
        recurrentSources,
        masked.pointer,
        dGates.pointer,
        rows,
        units,
        ...gNumbers,
      );
      const want = steps.map((step, i) => gruBackward(step, previous.values[i], dState(i), a, g));
      const resetSlope = (i: number): number => g.activation.slope(steps[i].sums[1], g.alpha);
      expectEach(dGates, 2, (i) => [want[i].dSums[0], dResets[i] * masked.values[i] * resetSlope(i)]);
      expectEach(dCandidates, 1, (i) => [want[i].dSums[2]]);
      expectEach(dReset, 1, (i) => [dResets[i] * steps[i].gates[1]]);
      expectEach(dDirect, 1, (i) => [want[i].dDirect]);
      const all = [x, gateProduct, product, gates, previous, masked, reset, states, dGates, dCandidates];
      for (const buffer of [...all, dReset, dDirect, ...guards]) buffer.checkGuards();
    },
  );

  test("gates have the bits that the core's sigmoid and tanh have", () => {
    const units = 1003;
    const special = [
      0,
      -0,
      NaN,
      Infinity,
      -Infinity,
      1e-40,
      -1e-40,
      0.625,
      -0.625,
      10,
      -10.5,
      88,
      -87.5,
      -103.9,
    ];
    const spread = (i: number): number =>
      i < special.length ? special[i] : Math.sin(i) * 10 ** ((i % 9) - 6);
    const row = Float32Array.from({ length: units }, (_, i) => spread(i));
    const x = new Buffer32([...row, ...row, ...row, ...row]);
    const inputs = new Buffer32(row);
    const zeros = new Buffer32(new Float32Array(4 * units).fill(-0)); // 0 would take the sign of -0
    const rest = [1, 2, 3, 4].map(() => new Buffer32(new Float32Array(units)).pointer);
    const workspace = new Buffer32(TABLE).pointer;
    const expectBits = (kinds: number[]): void => {
      for (const [part, kind] of kinds.entries()) {
        const want = new Buffer32(units);
        kernels.activationForward(kind, inputs.pointer, want.pointer, units, 0);
        expect(x.values.slice(part * units, (part + 1) * units)).toEqual(want.values.slice());
        x.values.set(row, part * units);
      }
    };
    kernels.lstmStepForward(x.pointer, zeros.pointer, x.pointer, ...rest, 1, units, 4, 0, 3, 0, workspace);
    expectBits([3, 3, 4, 3]);
    const [before, after] = rest;
    kernels.gruStepForward(
      x.pointer,
      zeros.pointer,
      x.pointer,
      before,
      after,
      1,
      units,
      4,
      0,
      3,
      0,
      workspace,
    );
    expectBits([3, 3, 4]);
    kernels.gruGatesForward(x.pointer, zeros.pointer, x.pointer, before, after, 1, units, 3, 0, workspace);
    kernels.gruCandidateForward(
      x.pointer,
      zeros.pointer,
      x.pointer,
      before,
      after,
      1,
      units,
      4,
      0,
      workspace,
    );
    expectBits([3, 3, 4]);
    kernels.simpleRnnStepForward(x.pointer, zeros.pointer, x.pointer, units, 4, 0, workspace);
    expectBits([4]);
  });

  test("NaN and infinities go through", () => {
    const [x, product] = [new Buffer32(new Float32Array(20)), new Buffer32(new Float32Array(20))];
    x.values.set([NaN, Infinity, -Infinity]);
    const buffers = [1, 2, 3, 4].map(() => new Buffer32(new Float32Array(5)));
    const made = buffers.map(({ pointer }) => pointer);
    const workspace = new Buffer32(TABLE);
    const { pointer } = workspace;
    kernels.lstmStepForward(x.pointer, product.pointer, x.pointer, ...made, 1, 5, 4, 0, 3, 0, pointer);
    expect([...buffers[3].values]).toEqual([NaN, 0, 0, 0, 0]);
    expect([...x.values].slice(0, 3)).toEqual([NaN, 1, 0]);
    const y = new Buffer32([1, NaN, 2, 3, 4]);
    kernels.simpleRnnStepForward(y.pointer, product.pointer, y.pointer, 5, 4, 0, pointer);
    expect(y.values[1]).toBeNaN();
  });
});

describe(`sequences step by step, ${build}: exactly`, () => {
  const SHAPES = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((columns) => [3, 4, columns]).concat([[1, 5, 16], [5, 1, 33]]); // prettier-ignore

  test.each(SHAPES)("toSteps and fromSteps of %i rows, %i steps, %i columns", (rows, steps, columns) => {
    const x = new Buffer32(distinct(rows * steps * columns, 1));
    const mask = new Buffer32(distinct(rows * columns, 2));
    const [y, back] = [new Buffer32(x.length), new Buffer32(x.length)];
    for (const backwards of [0, 1]) {
      for (const pointer of [0, mask.pointer]) {
        kernels.toSteps(x.pointer, pointer, y.pointer, rows, steps, columns, backwards);
        const want = y.values.map((_, i) => {
          const [s, row, column] = [
            Math.floor(i / (rows * columns)),
            Math.floor(i / columns) % rows,
            i % columns,
          ];
          const step = backwards ? steps - 1 - s : s;
          const factor = pointer === 0 ? 1 : mask.values[row * columns + column];
          return x.values[(row * steps + step) * columns + column] * factor;
        });
        expect([...y.values]).toEqual([...want]);
        kernels.fromSteps(y.pointer, 0, back.pointer, rows, steps, columns, backwards);
        const again = x.values.map((value, i) => {
          const row = Math.floor(i / (steps * columns));
          return pointer === 0 ? value : value * mask.values[row * columns + (i % columns)];
        });
        expect([...back.values]).toEqual([...again]);
        kernels.fromSteps(y.pointer, mask.pointer, back.pointer, rows, steps, columns, backwards);
        const twice = again.map((value, i) => {
          const row = Math.floor(i / (steps * columns));
          return value * mask.values[row * columns + (i % columns)];
        });
        expect([...back.values]).toEqual([...twice]);
      }
    }
    for (const buffer of [x, mask, y, back]) buffer.checkGuards();
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 33])("multiplyStates and stateGradient of %i values", (count) => {
    const [x, mask, direct] = [1, 2, 3].map((seed) => new Buffer32(distinct(count, seed)));
    const y = new Buffer32(count);
    kernels.multiplyStates(x.pointer, mask.pointer, y.pointer, count);
    expect(y.values).toEqual(x.values.map((value, i) => value * mask.values[i]));
    for (const pointers of [[mask, direct], [mask], [undefined, direct], []]) {
      const [m, d] = pointers;
      kernels.stateGradient(x.pointer, m?.pointer ?? 0, d?.pointer ?? 0, y.pointer, count);
      const want = Float64Array.from(x.values, (value, i) =>
        stateGradient(undefined, value, m?.values[i], d?.values[i]),
      );
      expectWithin(y.values, want, () => 2 ** -22);
    }
    for (const buffer of [x, mask, direct, y]) buffer.checkGuards();
  });

  test("gradients smaller than 2^-100 become 0, NaN and infinity stay", () => {
    const least = 2 ** -100;
    const given = [least, -least, least / 2, -least / 2, 2 ** -126, 2 ** -149, NaN, Infinity, -1e-30];
    const want = [least, -least, 0, 0, 0, 0, NaN, Infinity, Math.fround(-1e-30)];
    const units = given.length;
    const [dY, source, dZ] = [given, distinct(units, 1), distinct(units, 2)].map((x) => new Buffer32(x));
    const linear = activations.findIndex(({ f }) => f(-3, 0) === -3);
    const pointers = [dY.pointer, units, 0, 0, 0, source.pointer, dZ.pointer];
    kernels.simpleRnnStepBackward(...pointers, 1, units, linear, 0);
    expect([...dZ.values].map((value) => value + 0)).toEqual(want);

    const [gates, previous, cells] = [4, 1, 1].map((parts) => new Buffer32(distinct(parts * units, parts)));
    const dCells = new Buffer32(new Float32Array(units).fill(least / 2));
    const kept = [previous, cells, cells, dCells, gates].map(({ pointer }) => pointer);
    const read = [gates, gates, gates].map(({ pointer }) => pointer);
    kernels.lstmStepBackward(0, 0, 0, 0, 0, ...read, ...kept, 1, units, PAIRS[0][0], 0, PAIRS[0][1], 0);
    for (const { values } of [gates, dCells]) expect(values.every((value) => value === 0)).toBe(true);
    for (const buffer of [dY, source, dZ, gates, previous, cells, dCells]) buffer.checkGuards();
  });
});
