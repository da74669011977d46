// The state behind every call: which build of the kernels runs, and the linear memory it runs on.
import { data } from "#kernels/core";
import { LanegradError, show } from "../errors.js";
import { checkKeys, flag, positiveInteger } from "../options.js";
import { KernelFamily } from "./family.js";
import type { Kernels } from "./kernels/index.js";
import { Memory } from "./memory.js";
import type { Block, Ticket } from "./memory.js";
import { hasRelaxedSimd, hasSimd, hasWebAssembly } from "./probe.js";
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
let active: Kernels | undefined;
let relaxedIsSupported: boolean | undefined;
const core = /* @__PURE__ */ new KernelFamily<Kernels>(data);

function checkEngine(): void {
  if (!hasWebAssembly()) {
    throw new LanegradError(
      "UNSUPPORTED_RUNTIME",
      "Lanegrad needs WebAssembly, and this runtime has none. Received: typeof WebAssembly = " +
        typeof WebAssembly,
    );
  }
  if (!hasSimd()) {
    throw new LanegradError(
      "UNSUPPORTED_RUNTIME",
      "Lanegrad needs WebAssembly SIMD (Chrome 91, Firefox 89, Safari 16.4, Node 20 or newer). Received: an engine that rejects it",
    );
  }
}

function relaxedSupported(): boolean {
  relaxedIsSupported ??= hasRelaxedSimd();
  return relaxedIsSupported;
}

function buildInUse(): BuildName {
  if (deterministic) return "simd";
  return chosenBuild ?? (relaxedSupported() ? "relaxed-simd" : "simd");
}

/** The kernels of a family, in the build in use. The first call compiles them. */
export function kernelsOf<K extends object>(family: KernelFamily<K>): K {
  const { wasm } = memory();
  return family.bind(buildInUse(), wasm);
}

/** The kernels of the dense core, in the build in use. The first call compiles them. */
export function kernels(): Kernels {
  active ??= kernelsOf(core);
  return active;
}

/** The linear memory of this program. */
export function memory(): Memory {
  if (sharedMemory === undefined) {
    checkEngine();
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
 * @throws LanegradError INVALID_OPTION for a wrong value, UNSUPPORTED_RUNTIME for a build that the
 * engine cannot run; nothing has changed then
 */
export function configure(options: Configuration): void {
  checkKeys("configure", options, ["deterministic", "build", "memoryBudget"]);
  const nextDeterministic =
    options.deterministic === undefined ? deterministic : flag("deterministic", options.deterministic);
  const nextBudget =
    options.memoryBudget === undefined ? budgetBytes : positiveInteger("memoryBudget", options.memoryBudget);
  const nextBuild = options.build ?? chosenBuild;
  checkBuild(options.build, nextDeterministic);
  deterministic = nextDeterministic;
  chosenBuild = nextBuild;
  budgetBytes = nextBudget;
  active = undefined;
  if (sharedMemory !== undefined) {
    sharedMemory.budgetBytes = nextBudget;
    sharedMemory.epoch++;
  }
}

function checkBuild(build: BuildName | undefined, willBeDeterministic: boolean): void {
  if (build === undefined) return;
  if (!BUILDS.includes(build)) {
    throw new LanegradError(
      "INVALID_OPTION",
      `build must be "simd" or "relaxed-simd". Received: build=${show(build)}`,
    );
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
