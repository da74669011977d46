// What `wrangler deploy --dry-run --outdir` writes, as miniflare takes it.
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

const TYPES = { ".js": "ESModule", ".wasm": "CompiledWasm", ".safetensors": "Data" };

/** The modules in a folder of wrangler's, the program first; maps and the like are none. */
export function workerModules(folder, program) {
  const names = readdirSync(folder).filter((name) => name !== program && extname(name) in TYPES);
  return [program, ...names].map((name) => ({
    type: TYPES[extname(name)],
    path: name,
    contents: readFileSync(join(folder, name)),
  }));
}
