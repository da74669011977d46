import { names } from "#kernels/names";
import { LanegradError, show } from "../errors.js";
import { checkKeys } from "../options.js";
import { checkEngine } from "../runtime/engine.js";
import { hasRelaxedSimd } from "../runtime/probe.js";
import type { BuildName } from "../runtime/probe.js";
import { buildInUse, rebind } from "../runtime/runtime.js";
import { compileBytes, fileName, keep } from "./load.js";
import type { Brought } from "./load.js";
import { buildOf } from "./mark.js";
import { arrived, isAtHand, noSource, tagOf, taken } from "./read.js";
import type { KernelsAtHand, KernelSource } from "./read.js";

/** The families of kernels: `core`, which every program needs, and what layers, losses and others need besides. */
export type KernelFamilyName = (typeof names)[number];

/** One build of a family, or both by name. */
type OneOrBoth<S> = S | Partial<Record<BuildName, S>>;

/** Kernels that are at hand, by family: bytes of the package's .wasm files, or modules compiled from them. */
export type KernelModules = Partial<Record<KernelFamilyName, OneOrBoth<KernelsAtHand>>>;

/** Kernels that may have to be fetched, by family. Where all families come in both builds, those in use are fetched alone. */
export type KernelSources = Partial<Record<KernelFamilyName, OneOrBoth<KernelSource>>>;

interface Wanted {
  readonly family: string;
  /** The build under whose name it was handed over, if it was under one. */
  readonly build: BuildName | undefined;
  readonly source: unknown;
}

interface Checked {
  readonly family: string;
  readonly build: BuildName;
  readonly kernels: Brought;
}

const BUILDS: readonly BuildName[] = ["simd", "relaxed-simd"];

function isByBuild(given: unknown): given is Partial<Record<BuildName, unknown>> {
  return typeof given === "object" && given !== null && Object.getPrototypeOf(given) === Object.prototype;
}

/** What is not sorted by family is refused here: a module or a promise has no keys, and would bring nothing unnoticed. */
function checkByFamily(given: unknown): void {
  const tag = tagOf(given);
  if (tag !== "Object" && tag !== "Module") {
    throw new LanegradError(
      "INVALID_OPTION",
      `useKernels takes kernels by family, as in useKernels({ core }). Received: ${show(given)}`,
    );
  }
  checkKeys("useKernels", given, names);
}

function wantedOf(given: object): Wanted[] {
  return Object.entries(given).flatMap(([family, value]: [string, unknown]): Wanted[] => {
    if (!isByBuild(value)) return [{ family, build: undefined, source: value }];
    checkKeys(`useKernels, ${family},`, value, BUILDS);
    if (Object.keys(value).length === 0) throw noSource(family, value);
    return BUILDS.filter((build) => Object.hasOwn(value, build)).map((build) => ({
      family,
      build,
      source: value[build],
    }));
  });
}

function check({ family, build: asked }: Wanted, source: KernelsAtHand): Checked {
  const kernels = taken(source);
  const build = buildOf(family, kernels);
  if (asked === undefined || asked === build) return { family, build, kernels };
  throw new LanegradError(
    "INVALID_FILE",
    `useKernels must get ${fileName(family, asked)} as the build "${asked}" of ${family}. Received: ${fileName(family, build)}`,
  );
}

function keepAll(all: readonly Checked[]): void {
  for (const { family, build, kernels } of all) keep(family, build, kernels);
  rebind();
}

/** If each family is offered in both builds, those of the build in use; else the choice waits until all are there. */
function needed(all: readonly Wanted[]): readonly Wanted[] {
  const inUse = buildInUse();
  const chosen = all.filter(({ build }) => build === inUse);
  return 2 * chosen.length === all.length ? chosen : all;
}

/** Compiles bytes that the engine can compile. */
async function compiled(each: Checked): Promise<Checked> {
  const { family, build, kernels } = each;
  if (!(kernels instanceof Uint8Array) || (build === "relaxed-simd" && !hasRelaxedSimd())) return each;
  return { ...each, kernels: await compileBytes(family, build, kernels) };
}

async function bring(all: readonly Wanted[]): Promise<void> {
  const sources = needed(all).map(async (each) =>
    compiled(check(each, await arrived(each.family, each.source))),
  );
  keepAll(await Promise.all(sources));
}

/**
 * Brings kernels to `lanegrad/slim`, which has none of its own: the package's files `lanegrad/kernels/*.wasm`, each a
 * build of a family. Which build a file is stands in it. If one build alone is brought, that one is used.
 *
 *     import core from "lanegrad/kernels/core.simd.wasm";           // where that gives a module: Cloudflare Workers
 *     useKernels({ core });
 *     useKernels({ core: await readFile(path) });                   // bytes
 *     await useKernels({ core: { simd: new URL(...), "relaxed-simd": new URL(...) } });   // fetches one of the two
 *
 * May be called again for further families, any time before they are used.
 *
 * @returns nothing if all is at hand (bytes and modules), else a promise
 * @throws LanegradError UNKNOWN_OPTION for a family that there is not, INVALID_FILE for bytes or a module that are not
 * the kernels of that family in this version (bytes at hand that are damaged inside are found at their first use),
 * INVALID_OPTION for what is no source, UNSUPPORTED_RUNTIME if they cannot
 * be compiled; nothing has changed then
 */
export function useKernels(kernels: KernelModules): void;
/** The same for kernels of which some have to be waited for: nothing is used before all are there. */
export function useKernels(kernels: KernelSources): Promise<void>;
export function useKernels(kernels: KernelSources): Promise<void> | void {
  checkEngine();
  checkByFamily(kernels);
  const all = wantedOf(kernels);
  if (!all.every(({ source }) => isAtHand(source))) return bring(all);
  keepAll(all.map((each) => check(each, each.source as KernelsAtHand)));
}
