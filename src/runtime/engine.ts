// What an engine that cannot run the kernels is told: what is missing, and the way out.
import { LanegradError } from "../errors.js";
import { hasSimd, hasWebAssembly } from "./probe.js";

const NEWER =
  "Lanegrad runs on Chrome 114, Firefox 92, Safari 16.4, Node 20, Deno 2, Bun 1 and newer. Received: ";

function unsupported(message: string): LanegradError {
  return new LanegradError("UNSUPPORTED_RUNTIME", message);
}

/** Functions of JavaScript that Lanegrad calls and that engines with WebAssembly SIMD can lack. */
function missingFunction(): string | undefined {
  if (Object.hasOwn === undefined) return "Object.hasOwn";
  return Array.prototype.at === undefined ? "Array.prototype.at" : undefined;
}

/** @throws LanegradError UNSUPPORTED_RUNTIME where the engine lacks what every build needs */
export function checkEngine(): void {
  if (!hasWebAssembly()) {
    throw unsupported(
      `this runtime has no WebAssembly; a lockdown mode can switch it off. ${NEWER}typeof WebAssembly = ${typeof WebAssembly}`,
    );
  }
  if (!hasSimd()) {
    throw unsupported(`this engine has no WebAssembly SIMD. ${NEWER}an engine that rejects it`);
  }
  const missing = missingFunction();
  if (missing !== undefined) throw unsupported(`this runtime is too old. ${NEWER}no ${missing}`);
}

/** What an engine says when a Content-Security-Policy keeps it from compiling. */
const BY_POLICY = /security.policy|CSP|unsafe-eval/i;

const POLICY_HINT =
  "a page with a Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src (its workers too)";
const EDGE_HINT =
  'an edge runtime, which compiles nothing, needs the condition "workerd", which wrangler sets, or lanegrad/slim with an imported WebAssembly.Module';

/** The error for kernels that the engine did not compile, by what it says. */
export function compileError(cause: unknown): LanegradError {
  if (cause instanceof LanegradError) return cause;
  const text = String(cause);
  let hint = `${POLICY_HINT}; ${EDGE_HINT}`;
  if (BY_POLICY.test(text)) hint = POLICY_HINT;
  // Chrome 93 to 113, which in a page compile no more at once.
  else if (/4KB/.test(text)) hint = "a page needs Chrome 114, its workers do not";
  // Pages of older Chromium say "disallowed by embedder" too, for their policy.
  else if (/disallowed/.test(text) && typeof document === "undefined") hint = `${EDGE_HINT}; ${POLICY_HINT}`;
  return unsupported(`the kernels could not be compiled: ${hint}. Received: ${text}`);
}
