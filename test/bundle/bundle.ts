// Programs as a bundler makes them of the package as it is built, and what they print.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** What the build put where bundlers look. */
const MODULES = /^(?:\.\.\/)*dist\/modules\//;
const KERNELS = /^(?:\.\.\/)*dist\/kernels\/text\//;

export interface Bundle {
  readonly code: string;
  /** Bytes as a server sends them, wasm text included. */
  readonly gzipped: number;
  /** The files of the package that it holds a byte of, such as "layers/dense.js". */
  readonly files: readonly string[];
  /** The families of kernels that it holds, such as "core". */
  readonly families: readonly string[];
}

/** Bundles a program that imports "lanegrad". */
export async function bundleOf(program: string, platform: "browser" | "node" = "browser"): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: folder },
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    format: "esm",
    platform,
    external: ["node:*"],
    metafile: true,
    write: false,
    outfile: "out.js",
    logLevel: "silent",
  });
  const [{ text }] = outputFiles;
  const inputs = Object.entries(metafile.outputs["out.js"].inputs);
  const held = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  const below = (folder: RegExp): string[] =>
    held.filter((path) => folder.test(path)).map((path) => path.replace(folder, ""));
  return {
    code: text,
    gzipped: gzipSync(text, { level: 9 }).length,
    files: below(MODULES),
    families: below(KERNELS).map((file) => file.slice(0, -".js".length)),
  };
}

/** Bundles and runs a program; what it prints must be JSON. Files are given to it as `file`, as bytes. */
export async function run(program: string, file?: Uint8Array): Promise<unknown> {
  return runCode((await bundleOf(program)).code, file);
}

/** Runs what was bundled. */
export function runCode(code: string, file?: Uint8Array): unknown {
  const place = mkdtempSync(join(tmpdir(), "lanegrad-bundle-"));
  try {
    writeFileSync(join(place, "program.mjs"), code);
    if (file !== undefined) writeFileSync(join(place, "file"), file);
    const { status, stdout, stderr } = spawnSync(process.execPath, ["program.mjs"], {
      cwd: place,
      encoding: "utf8",
    });
    // Node shows the line where it happened, and the bundle is one line.
    if (status !== 0) throw new Error(stderr.slice(-1000));
    return JSON.parse(stdout) as unknown;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
