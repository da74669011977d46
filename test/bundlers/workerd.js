// Workers as users make and run them: wrangler bundles, and Miniflare starts workerd. wrangler brings Miniflare and
// workerd, all of one release.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";

export const COMPATIBILITY_DATE = "2026-04-26";
export const { version: workerdVersion } = createRequire(import.meta.url)("workerd/package.json");

const wrangler = fileURLToPath(new URL("node_modules/wrangler/bin/wrangler.js", import.meta.url));
const TYPES = { ".js": "ESModule", ".wasm": "CompiledWasm", ".safetensors": "Data" };

/** Bundles a program as `wrangler deploy` would, into the folder `output`; returns what wrangler printed. */
export function bundleWorker(folder, program, output, options = []) {
  const args = [wrangler, "deploy", program, ...options, "--dry-run", "--outdir", output];
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" };
  const result = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", env });
  const printed = `${result.stdout}${result.stderr}`;
  if (result.status !== 0) throw new Error(`wrangler failed:\n${printed}`);
  return printed;
}

/** The modules that wrangler wrote into a folder, the program first; maps and the like are none. */
export function workerModules(folder, program) {
  const names = readdirSync(folder).filter((name) => name !== program && extname(name) in TYPES);
  return [program, ...names].map((name) => ({
    type: TYPES[extname(name)],
    path: name,
    contents: readFileSync(join(folder, name)),
  }));
}

/** Runs modules in workerd, the first as the Worker; returns the Miniflare. */
export function startWorker(modules, compatibilityDate = COMPATIBILITY_DATE) {
  return new Miniflare({ compatibilityDate, modules });
}

/** The text that modules answer one request with; workerd starts and stops. */
export async function askWorker(modules, query = "") {
  const runtime = startWorker(modules);
  try {
    const response = await runtime.dispatchFetch(`http://worker.test/${query}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`the Worker answered ${response.status}: ${text}`);
    return text;
  } finally {
    await runtime.dispose();
  }
}
