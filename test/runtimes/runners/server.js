// A server of files on this machine, for browsers.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = { ".js": "text/javascript", ".html": "text/html", ".wasm": "application/wasm" };

/** Pages: a program each, in a bundle, or as modules that find the package by an import map. */
const PAGES = {
  "/suite": { script: "/site/page.js" },
  "/unbundled": { script: "/programs/page.js", hasImportMap: true },
  "/worker": { script: "/site/pageOfWorker.js" },
  "/empty": { script: "/site/pageEmpty.js" },
  "/firstPrediction": { script: "/site/pageFirstPrediction.js" },
  "/attempt": { script: "/site/pageAttempt.js" },
  "/policy": { script: "/site/pageAttempt.js", policy: "script-src 'self'" },
  "/policyAllows": { script: "/site/pageAttempt.js", policy: "script-src 'self' 'wasm-unsafe-eval'" },
};

function sendPage(response, { script, hasImportMap, policy }, importMap) {
  const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
  if (policy !== undefined) headers["content-security-policy"] = policy;
  const map = hasImportMap ? `<script type="importmap">${importMap}</script>` : "";
  response.writeHead(200, headers);
  response.end(
    `<!doctype html><html lang="en"><title>Lanegrad</title>${map}<script type="module" src="${script}"></script></html>`,
  );
}

/**
 * Serves a prepared folder on 127.0.0.1.
 *
 * @returns its address, and a function that ends it
 */
export async function serve({ folder, importMap }) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    if (Object.hasOwn(PAGES, pathname)) return sendPage(response, PAGES[pathname], importMap);
    const file = join(folder, normalize(pathname));
    if (!file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404);
      return response.end();
    }
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "cache-control": "no-store" });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${server.address().port}`, close };
}
