// The state behind every call: which build of the kernels runs, and the linear memory it runs on.
import { data } from "#kernels/core";
import { entry } from "#kernels/load";
import { LanegradError } from "../errors.js";
import { checkKeys, flag, invalidOption, positiveInteger } from "../options.js";
import { checkEngine } from "./engine.js";
import { claim } from "./entry.js";
import { KernelFamily } from "./family.js";
import type { Kernels } from "./kernels/index.js";
import { Memory } from "./memory.js";
import type { Block, Ticket } from "./memory.js";
import { hasRelaxedSimd } from "./probe.js";
import type { BuildName } from "./probe.js";

export type { BuildName };

/** Settings of `configure`. */
export interface Configuration {
  /** Same seed, same bits on every runtime: only the plain build is used. Default false. */
  deterministic?: boolean;
  /** Which build to use. Default: relaxed SIMD where the engine has it, else plain SIMD. */
  build?: BuildName;
  /** How many bytes linear memory may take before blocks are moved out of it. Default 256 MB. */
  memoryBudget?: number;
}

/** What `backend` reports. */
export interface Backend {
  /** The build of the kernels in use. */
  name: BuildName;
  /** Whether only the plain build is used. */
  deterministic: boolean;
  /** The size of linear memory, in bytes. */
  memoryBytes: number;
  /** The part of it that holds weights, optimizer state and scratch, in bytes. */
  usedBytes: number;
  /** The size that linear memory keeps below where it can, in bytes. */
  memoryBudget: number;
}

const DEFAULT_BUDGET_BYTES = 256 * 1024 * 1024;
const BUILDS: readonly BuildName[] = ["simd", "relaxed-simd"];

let deterministic = false;
let chosenBuild: BuildName | undefined;
let budgetBytes = DEFAULT_BUDGET_BYTES;
let sharedMemory: Memory | undefined;
let relaxedIsSupported: boolean | undefined;
/** The build that was taken by default: kernels that are brought later do not change it under a model's feet. */
let settledBuild: BuildName | undefined;
const core = /* @__PURE__ */ new KernelFamily<Kernels>(data);
/** The families that have `current` kernels. */
const linked: KernelFamily<object>[] = [];

function relaxedSupported(): boolean {
  relaxedIsSupported ??= hasRelaxedSimd();
  return relaxedIsSupported;
}

/** The build that settings and engine ask for; where the program brought one build alone, that one. */
export function buildInUse(): BuildName {
  if (deterministic) return "simd";
  if (chosenBuild !== undefined) return chosenBuild;
  if (settledBuild !== undefined) return settledBuild;
  return relaxedSupported() && (core.has("relaxed-simd") || !core.has("simd")) ? "relaxed-simd" : "simd";
}

/** The kernels of a family, in the build in use. The first call compiles them. */
export function kernelsOf<K extends object>(family: KernelFamily<K>): K {
  return family.current ?? link(family);
}

function link<K extends object>(family: KernelFamily<K>): K {
  const { wasm } = memory();
  if (family !== core) kernels(); // It writes the constants that kernels of other families read.
  const build = buildInUse();
  const bound = family.bind(build, wasm);
  if (!deterministic && chosenBuild === undefined) settledBuild = build;
  family.current = bound;
  linked.push(family);
  return bound;
}

/** The kernels of the dense core, in the build in use. The first call compiles them. */
export function kernels(): Kernels {
  return kernelsOf(core);
}

/** The linear memory of this program. */
export function memory(): Memory {
  if (sharedMemory === undefined) {
    checkEngine();
    claim(entry);
    sharedMemory = new Memory(budgetBytes);
  }
  return sharedMemory;
}

/** Gives the memory of owners that nobody refers to any more back early, where the engine tells. */
let registry: FinalizationRegistry<Ticket> | undefined;

/** Frees a block soon after its owner is collected, in engines that can. */
export function freeWithOwner(owner: object, block: Block): void {
  if (typeof FinalizationRegistry === "undefined") return;
  registry ??= new FinalizationRegistry((ticket) => {
    if (ticket.block !== null) memory().release(ticket.block);
  });
  registry.register(owner, block.ticket);
}

/**
 * Compiles the kernels in the background, for programs that would rather not do so at the first use.
 *
 * @throws LanegradError UNSUPPORTED_RUNTIME (the promise rejects) if the engine cannot run them
 */
export async function ready(): Promise<void> {
  checkEngine();
  await core.compile(buildInUse());
  kernels();
}

/**
 * Changes how Lanegrad runs, at any time; the next call uses it. What is left out stays as it is.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong settings, UNSUPPORTED_RUNTIME for a build that the
 * engine cannot run, MISSING_KERNELS for one that a program with `lanegrad/slim` did not bring; nothing has changed then
 */
export function configure(options: Configuration): void {
  checkKeys("configure", options, ["deterministic", "build", "memoryBudget"]);
  const nextDeterministic =
    options.deterministic === undefined ? deterministic : flag("deterministic", options.deterministic);
  const nextBudget =
    options.memoryBudget === undefined ? budgetBytes : positiveInteger("memoryBudget", options.memoryBudget);
  const nextBuild = options.build ?? chosenBuild;
  checkBuild(options.build, nextDeterministic);
  checkBrought(nextDeterministic ? "simd" : options.build);
  deterministic = nextDeterministic;
  chosenBuild = nextBuild;
  budgetBytes = nextBudget;
  if (sharedMemory !== undefined) sharedMemory.budgetBytes = nextBudget;
  rebind();
}

/** Lets the next call see which kernels there are now. */
export function rebind(): void {
  for (const family of linked.splice(0)) family.current = undefined;
  if (sharedMemory !== undefined) sharedMemory.epoch++;
}

/** A program that brings one build of its own cannot choose the other. */
function checkBrought(build: BuildName | undefined): void {
  if (build === undefined || core.has(build) || !BUILDS.some((other) => core.has(other))) return;
  throw new LanegradError(
    "MISSING_KERNELS",
    `these settings need the build "${build}": bring core.${build}.wasm with useKernels first. Received: the other build alone`,
  );
}

function checkBuild(build: BuildName | undefined, willBeDeterministic: boolean): void {
  if (build === undefined) return;
  if (!BUILDS.includes(build)) {
    throw invalidOption("build", '"simd" or "relaxed-simd"', build);
  }
  if (build === "simd") return;
  if (willBeDeterministic) {
    throw new LanegradError(
      "INVALID_OPTION",
      'deterministic: true allows the build "simd" alone. Received: build="relaxed-simd"',
    );
  }
  checkEngine();
  if (!relaxedSupported()) {
    throw new LanegradError(
      "UNSUPPORTED_RUNTIME",
      'this engine has no relaxed SIMD; use build: "simd". Received: build="relaxed-simd"',
    );
  }
}

/** Which build of the kernels is in use, and how much linear memory there is. */
export function backend(): Backend {
  checkEngine();
  return {
    name: buildInUse(),
    deterministic,
    memoryBytes: memory().byteLength,
    usedBytes: memory().usedBytes,
    memoryBudget: budgetBytes,
  };
}
