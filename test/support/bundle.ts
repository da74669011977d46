// Programs as a bundler makes them, with .wasm files as the runtimes take them that they are made for.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Plugin } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What stands at the end of such an import: nothing or ?module for a module, ?url for where the file is. */
const SUFFIX = /\?(?:module|url)$/;

/** A .wasm file becomes a module that was compiled before the program runs, or a URL. */
const wasmFiles: Plugin = {
  name: "wasm files",
  setup({ onLoad, onResolve, resolve }) {
    onResolve({ filter: /\.wasm(\?\w+)?$/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === "resolved") return undefined;
      const options = { importer, resolveDir, kind, pluginData: "resolved" };
      const { path: file, errors } = await resolve(path.replace(SUFFIX, ""), options);
      if (errors.length > 0) return { errors };
      return { path: file, suffix: SUFFIX.exec(path)?.[0] ?? "", namespace: "wasm", sideEffects: false };
    });
    onLoad({ filter: /./, namespace: "wasm" }, async ({ path, suffix }) => {
      const text = (await readFile(path)).toString("base64");
      const url = `data:application/wasm;base64,${text}`;
      const module = `new CompiledBefore(Uint8Array.from(atob("${text}"), (letter) => letter.charCodeAt(0)))`;
      return { contents: `export default ${suffix === "?url" ? JSON.stringify(url) : module};` };
    });
  },
};

/** From here on nothing can be compiled, as in Cloudflare Workers. (Node's fetch itself needs WebAssembly.compile.) */
const REFUSES = `
const CompiledBefore = WebAssembly.Module;
WebAssembly.Module = class extends CompiledBefore {
  constructor() {
    throw new WebAssembly.CompileError("Wasm code generation disallowed by embedder");
  }
  static [Symbol.hasInstance](value) { return Object.prototype.toString.call(value) === "[object WebAssembly.Module]"; }
};
`;

/** Bundles a program of this package's users for runtimes with certain conditions. */
export async function bundled(code: string, conditions?: string[]): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root },
    bundle: true,
    format: "esm",
    write: false,
    conditions,
    external: ["node:*"],
    plugins: [wasmFiles],
    banner: { js: conditions === undefined ? "const CompiledBefore = WebAssembly.Module;" : REFUSES },
    // In node_modules, where users have the package, esbuild does not say it.
    logOverride: { "ignored-bare-import": "silent" },
  });
  return outputFiles[0].text;
}

/** Modules of both builds are compiled before a program runs, which Node 20 does with a flag alone. */
const FLAGS = Number(process.versions.node.split(".")[0]) < 22 ? ["--experimental-wasm-relaxed-simd"] : [];

/** Runs a module in a process of its own; rejects if it throws. */
export function runModule(code: string): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const options = { cwd: root, maxBuffer: 1e8 };
    const child = execFile(
      process.execPath,
      [...FLAGS, "--input-type=module"],
      options,
      (error, stdout, stderr) => (error === null ? resolve({ stdout, stderr }) : reject(error)),
    );
    child.stdin!.end(code);
  });
}
