// A server of files on this machine alone, for browsers.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".csv": "text/csv; charset=utf-8",
  ".wasm": "application/wasm",
};

/** A file below a folder, or nothing. */
function fileIn(folder, path) {
  const file = normalize(join(folder, path.endsWith("/") ? `${path}index.html` : path));
  if (!file.startsWith(folder + sep)) return undefined;
  try {
    return { type: TYPES[extname(file)] ?? "application/octet-stream", body: readFileSync(file) };
  } catch {
    return undefined;
  }
}

/**
 * Serves a folder on 127.0.0.1.
 *
 * @param folder its path
 * @param options `port` (0, any that is free), `headers` sent with every file, and `page`, a function that gives for a
 * path what is no file: { body, headers } of HTML, or nothing
 * @returns its address, and a function that ends it
 */
export async function serve(folder, { port = 0, headers = {}, page = () => undefined } = {}) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const found = page(path) ?? fileIn(folder, path);
    if (found === undefined) return response.writeHead(404).end("Not found");
    const type = found.type ?? TYPES[".html"];
    const all = { "content-type": type, "cache-control": "no-store", ...headers, ...found.headers };
    response.writeHead(200, all).end(found.body);
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${server.address().port}`, close };
}
