// Runtimes that run a program as a process: several versions of Node, Deno and Bun.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { coldStart, timed } from "./coldStart.js";
import { EXPECTED } from "./expected.js";
import { bunCommand, denoCommand, nodeCommand } from "./installed.js";

const run = promisify(execFile);
const { platform, arch } = process;
const TIME_LIMIT = 120_000;

/** Switches of V8 that take something away. */
const V8_LACKS = [
  { what: "no WebAssembly", flags: ["--jitless"] },
  // V8 needs SSE 4.1 for SIMD, and has this switch on x64 alone.
  ...(arch === "x64" ? [{ what: "no SIMD", flags: ["--no-enable-sse4-1"] }] : []),
  { what: "memory refused", flags: ["--wasm-max-mem-pages=4"] },
  { what: "growth refused", flags: ["--wasm-max-mem-pages=32"] },
];

/** The same for JavaScriptCore, by variables of the environment; it has none for memory. */
const BUN_LACKS = [
  { what: "no WebAssembly", env: { BUN_JSC_useWasm: "0" } },
  { what: "no SIMD", env: { BUN_JSC_useWasmSIMD: "0" } },
];

function node(major, { relaxedFlags = [], hasSlimRows = false } = {}) {
  return {
    id: `node${major}`,
    engine: `Node ${major}.`,
    command: nodeCommand(major),
    args: (flags) => flags,
    relaxedFlags,
    hasSlimRows,
    lacks: V8_LACKS,
  };
}

const PROCESSES = [
  // Relaxed SIMD is behind a switch there, so that it is not what users have.
  node(20, { relaxedFlags: ["--experimental-wasm-relaxed-simd"], hasSlimRows: true }),
  node(22),
  node(24),
  node(26),
  {
    id: "deno",
    engine: "Deno 2.",
    command: denoCommand,
    // No permission is given, and it may not ask for one; with lanegrad/slim the program reads the kernels.
    args: (flags, program) => [
      "run",
      "--no-prompt",
      "--no-remote",
      "--no-lock",
      "--node-modules-dir=manual",
      ...(program === "processSlim" ? ["--allow-read=node_modules"] : []),
      ...(flags.length > 0 ? [`--v8-flags=${flags.join(",")}`] : []),
    ],
    relaxedFlags: [],
    hasSlimRows: true,
    lacks: V8_LACKS,
  },
  {
    id: "bun",
    engine: "Bun 1.",
    command: bunCommand,
    args: (flags) => flags,
    relaxedFlags: [],
    lacks: BUN_LACKS,
  },
];

function programOf({ command, args }, { folder }) {
  return async (name, { flags = [], env = {}, argument = [] } = {}) => {
    const all = [...args(flags, name), join(folder, "programs", `${name}.js`), ...argument];
    const options = { cwd: folder, env: { ...process.env, ...env }, timeout: TIME_LIMIT };
    const { stdout } = await run(command, all, options);
    return stdout;
  };
}

/** A line of JSON, after whatever the runtime itself had to say. */
function lastLine(stdout) {
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

async function* rows(runtime, site) {
  const program = programOf(runtime, site);
  const { engine, relaxedFlags, hasSlimRows, lacks } = runtime;
  const isBehindFlag = relaxedFlags.length > 0;
  const start = await coldStart((name) => timed(() => program(name)));
  let name = engine;
  for (const entry of hasSlimRows ? ["process", "processSlim"] : ["process"]) {
    for (const build of ["simd", "relaxed-simd"]) {
      const flags = build === "simd" ? [] : relaxedFlags;
      const suite = lastLine(await program(entry, { flags, argument: [build] }));
      const isDefault = entry === "process" && build === (isBehindFlag ? "simd" : "relaxed-simd");
      const hasRelaxed = build === "relaxed-simd" || !isBehindFlag;
      name = suite.engine;
      if (!name.startsWith(engine)) throw new Error(`${runtime.command} is ${name}, not ${engine}`);
      const place = flags.length > 0 ? "with its flag" : "process";
      const where = entry === "process" ? place : `${place}, slim`;
      yield { runtime: name, where, build, hasRelaxed, suite, coldStart: isDefault ? start : undefined };
    }
  }
  for (const { what, flags, env } of lacks) {
    const outcome = lastLine(await program("attemptInProcess", { flags, env }));
    yield { runtime: name, where: what, outcome, expected: EXPECTED[what] };
  }
}

export const processes = PROCESSES.map((runtime) => ({
  id: runtime.id,
  title: runtime.engine,
  missing: () =>
    existsSync(runtime.command) ? undefined : `no package of it for ${platform} on ${arch} in test/runtimes`,
  rows: (site) => rows(runtime, site),
}));
