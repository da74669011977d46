// npm run page: builds the example page into examples/browser/dist, static files to put anywhere.
// npm run page -- --serve: and serves it on this machine; PORT chooses the port.
import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, install, root } from "./setup.js";

const folder = join(root, "examples", "browser");
const product = join(folder, "dist");
const COPIES = ["index.html", "style.css", "icon.svg"];
const DATA = ["digits8x8.csv", "iris.csv"];
const DEFAULT_PORT = 8787;
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".csv": "text/csv; charset=utf-8",
};

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
  });
  for (const name of COPIES) copyFileSync(join(folder, name), join(product, name));
  for (const name of DATA) copyFileSync(join(root, "examples", "data", name), join(product, "data", name));
}

/**
 * Serves the page on this machine alone.
 *
 * @param {number} port 0: any that is free
 * @param {Record<string, string>} headers to send with every file
 * @returns {Promise<import("node:http").Server>} listening
 */
export function servePage(port, headers = {}) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = normalize(join(product, path.endsWith("/") ? `${path}index.html` : path));
    if (!file.startsWith(product + sep)) return response.writeHead(404).end("Not found");
    let bytes;
    try {
      bytes = readFileSync(file);
    } catch {
      return response.writeHead(404).end("Not found");
    }
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "cache-control": "no-store", ...headers }).end(bytes);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
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
  install();
  build();
  await buildPage();
  console.log("The page is in examples/browser/dist.");
  reportSizes();
  if (process.argv.includes("--serve")) {
    const { port } = (await servePage(Number(process.env.PORT ?? DEFAULT_PORT))).address();
    console.log(`Serving it on http://localhost:${port}/ until you press Ctrl+C.`);
  }
}
