// npm run page: builds the example page into examples/browser/dist, static files to put anywhere.
// npm run page -- --serve: and serves it on this machine; PORT chooses the port.
import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { serve } from "../support/server.js";
import { begin, root } from "../setup.js";

const folder = join(root, "examples", "browser");
const product = join(folder, "dist");
const COPIES = ["index.html", "style.css", "icon.svg"];
const DATA = ["digits8x8.csv", "iris.csv"];
const DEFAULT_PORT = 8787;

/** Builds the page. */
export async function buildPage() {
  const esbuild = await import("esbuild");
  rmSync(product, { recursive: true, force: true });
  mkdirSync(join(product, "data"), { recursive: true });
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["main", "worker"].map((name) => join(folder, `${name}.ts`)),
    outdir: product,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    // The package's imports for the order of modules alone: esbuild is silent about them where it is installed.
    logOverride: { "ignored-bare-import": "silent" },
  });
  for (const name of COPIES) copyFileSync(join(folder, name), join(product, name));
  for (const name of DATA) copyFileSync(join(root, "examples", "data", name), join(product, "data", name));
}

/** Serves the page on this machine alone; options and result are those of `serve`. */
export function servePage(options) {
  return serve(product, options);
}

function reportSizes() {
  for (const name of ["main.js", "worker.js", "style.css", "index.html"]) {
    const bytes = readFileSync(join(product, name));
    const kilobytes = (size) => `${(size / 1000).toFixed(1)} KB`.padStart(9);
    console.log(
      `${name.padEnd(12)}${kilobytes(bytes.length)}${kilobytes(gzipSync(bytes, { level: 9 }).length)} gzipped`,
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = begin("npm run page", "builds the example page, and with --serve serves it", ["--serve"]);
  await buildPage();
  console.log("The page is in examples/browser/dist.");
  reportSizes();
  if (given.includes("--serve")) {
    const { address } = await servePage({ port: Number(process.env.PORT ?? DEFAULT_PORT) });
    console.log(`Serving it on ${address}/ until you press Ctrl+C.`);
  }
}
