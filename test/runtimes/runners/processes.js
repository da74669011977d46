// Runtimes that run a program as a process: several versions of Node, Deno and Bun.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { coldStart, timed } from "./coldStart.js";
import { EXPECTED } from "./expected.js";

const run = promisify(execFile);
const installed = join(dirname(dirname(fileURLToPath(import.meta.url))), "node_modules");
const { platform, arch } = process;
const dotExe = platform === "win32" ? ".exe" : "";
const TIME_LIMIT = 120_000;

// The packages of the platforms, not those with scripts that copy them: nothing runs at their installation.
const nodeIn = (major) =>
  platform === "win32" ? `node${major}-win32-x64` : `node${major}-${platform}-${arch}/bin`;
const bunIn = { arm64: "aarch64", x64: "x64" }[arch];
const denoIn = platform === "linux" ? `linux-${arch}-glibc` : `${platform}-${arch}`;

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

function node(major, relaxedFlags = []) {
  return {
    id: `node${major}`,
    engine: `Node ${major}.`,
    command: join(installed, nodeIn(major), `node${dotExe}`),
    args: (flags) => flags,
    relaxedFlags,
    lacks: V8_LACKS,
  };
}

const PROCESSES = [
  // Relaxed SIMD is behind a switch there, so that it is not what users have.
  node(20, ["--experimental-wasm-relaxed-simd"]),
  node(22),
  node(24),
  node(26),
  {
    id: "deno",
    engine: "Deno 2.",
    command: join(installed, "@deno", denoIn, `deno${dotExe}`),
    // No permission is given, and it may not ask for one.
    args: (flags) => [
      "run",
      "--no-prompt",
      "--no-remote",
      "--no-lock",
      "--node-modules-dir=manual",
      ...(flags.length > 0 ? [`--v8-flags=${flags.join(",")}`] : []),
    ],
    relaxedFlags: [],
    lacks: V8_LACKS,
  },
  {
    id: "bun",
    engine: "Bun 1.",
    command: join(
      installed,
      "@oven",
      `bun-${platform === "win32" ? "windows" : platform}-${bunIn}`,
      "bin",
      `bun${dotExe}`,
    ),
    args: (flags) => flags,
    relaxedFlags: [],
    lacks: BUN_LACKS,
  },
];

function programOf({ command, args }, { folder }) {
  return async (name, { flags = [], env = {}, argument = [] } = {}) => {
    const all = [...args(flags), join(folder, "programs", `${name}.js`), ...argument];
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
  const { engine, relaxedFlags, lacks } = runtime;
  const isBehindFlag = relaxedFlags.length > 0;
  const start = await coldStart((name) => timed(() => program(name)));
  let name = engine;
  for (const build of ["simd", "relaxed-simd"]) {
    const flags = build === "simd" ? [] : relaxedFlags;
    const suite = lastLine(await program("process", { flags, argument: [build] }));
    const isDefault = build === (isBehindFlag ? "simd" : "relaxed-simd");
    const hasRelaxed = build === "relaxed-simd" || !isBehindFlag;
    name = suite.engine;
    if (!name.startsWith(engine)) throw new Error(`${runtime.command} is ${name}, not ${engine}`);
    const where = flags.length > 0 ? "with its flag" : "process";
    yield { runtime: name, where, build, hasRelaxed, suite, coldStart: isDefault ? start : undefined };
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
