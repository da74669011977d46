// What browsers get: the prepared folder, and pages of it.
import { serve } from "../../../scripts/support/server.js";

/** Pages: a program each, in a bundle, or as modules that find the package by an import map. */
const PAGES = {
  "/suite": { script: "/site/page.js" },
  "/slim": { script: "/site/pageSlim.js" },
  "/unbundled": { script: "/programs/page.js", hasImportMap: true },
  "/worker": { script: "/site/pageOfWorker.js" },
  "/empty": { script: "/site/pageEmpty.js" },
  "/firstPrediction": { script: "/site/pageFirstPrediction.js" },
  "/attempt": { script: "/site/pageAttempt.js" },
  "/policy": { script: "/site/pageAttempt.js", policy: "script-src 'self'" },
  "/policyAllows": { script: "/site/pageAttempt.js", policy: "script-src 'self' 'wasm-unsafe-eval'" },
};

function pageOf({ script, hasImportMap, policy }, importMap) {
  const map = hasImportMap ? `<script type="importmap">${importMap}</script>` : "";
  const body = `<!doctype html><html lang="en"><title>Lanegrad</title>${map}<script type="module" src="${script}"></script></html>`;
  return { body, headers: policy === undefined ? {} : { "content-security-policy": policy } };
}

/** Serves a prepared folder: its address, and a function that ends it. */
export function servePages({ folder, importMap }) {
  const page = (path) => (Object.hasOwn(PAGES, path) ? pageOf(PAGES[path], importMap) : undefined);
  return serve(folder, { page });
}
