// What a run of a case works with: its inputs as tensors, the comparison with what is expected, and
// the public names of the library.
import * as lanegrad from "lanegrad";
import { build, isNear, misses } from "./generator.js";

const library = { ...lanegrad };

/** Thrown where a public name that a case needs does not exist yet. */
export class MissingPart extends Error {}

/** leaky_relu becomes leakyRelu. */
export function camelCase(name) {
  return name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

/** Options of a case under the names of the library. */
export function toOptions(params) {
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [camelCase(key), value]));
}

/** A public name such as ("losses", "huber"), or MissingPart. */
export function find(group, name) {
  const found = library[group]?.[name];
  if (found === undefined) throw new MissingPart(`${group}.${name}`);
  return found;
}

/** One case while it runs. Whatever misses is collected in `failures`. */
export class Case {
  failures = [];

  #unread;

  constructor(definition, file, dataFolders) {
    Object.assign(this, definition);
    this.params ??= {};
    this.inputs ??= {};
    this.tolerance = definition.tolerance ?? file.tolerance;
    this.conventions = file.conventions ?? {};
    this.dataFolders = dataFolders;
    this.#unread = new Set(Object.keys(definition.expected));
    this.expected = new Proxy(definition.expected, {
      get: (expected, key) => {
        this.#unread.delete(key);
        return expected[key];
      },
    });
  }

  /** Fails if something is expected that the run did not look at. */
  checkAllRead() {
    for (const key of this.#unread) this.fail(`nothing was compared with the expected ${key}`);
  }

  /** An input as a tensor, or undefined where the case has none. */
  input(name) {
    const t = this.inputs[name];
    return t && lanegrad.tensor(build(t), t.shape);
  }

  /** An input as a plain array of numbers. */
  list(name) {
    return Array.from(build(this.inputs[name]));
  }

  fail(message) {
    this.failures.push(message);
  }

  /** Compares a tensor, a typed array or a number with what is expected under a name. */
  compare(name, got, skip = []) {
    const want = this.expected[name];
    if (want === undefined) return this.fail(`nothing is expected under ${name}`);
    this.compareTensor(name, got, want, skip);
  }

  compareTensor(name, got, want, skip = []) {
    const values = valuesOf(got);
    const bad = misses(values, want, this.tolerance, skip);
    if (bad.length === 0) return;
    const details = bad.slice(0, 3).map((i) => describeMiss(i, values, want));
    this.fail(`${name} misses at ${bad.length}: ${details.join("; ")}`);
  }

  /** Compares plain numbers, texts and lists of them, of any depth. */
  compareList(name, got, want) {
    if (Array.isArray(want)) {
      if (!Array.isArray(got) || got.length !== want.length)
        return this.fail(`${name} is no list of ${want.length}`);
      want.forEach((entry, i) => this.compareList(`${name}[${i}]`, got[i], entry));
    } else if (typeof want === "number" ? !isNear(got, want, this.tolerance) : got !== want) {
      this.fail(`${name} is ${JSON.stringify(got)}, expected ${JSON.stringify(want)}`);
    }
  }

  /** Fails unless a statement about the case holds. */
  expect(holds, message) {
    if (!holds) this.fail(message);
  }

  isNear(got, want) {
    return isNear(got, want, this.tolerance);
  }
}

function valuesOf(got) {
  return typeof got === "number" ? [got] : (got.data ?? got);
}

function describeMiss(position, got, want) {
  if (typeof position === "string") return position;
  const wanted = want.values?.[position] ?? want.summary?.val[want.summary.idx.indexOf(position)];
  return `[${position}] is ${got[position]}, expected ${wanted}`;
}
