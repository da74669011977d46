// What is tested in every browser, whatever drives it.
import { coldStart } from "./coldStart.js";
import { serve } from "./server.js";

/** Where the suite runs in a browser, and the page for it. */
const PLACES = [
  { where: "page", path: "/suite?", cold: (program) => `/${program}` },
  {
    where: "web worker",
    path: "/worker?worker=worker&",
    cold: (program) => `/worker?worker=worker${program[0].toUpperCase()}${program.slice(1)}`,
  },
  // Import maps are for pages: a worker has none in any browser.
  { where: "page, import map", path: "/unbundled?" },
];

const POLICIES = [
  {
    where: "CSP script-src 'self'",
    path: "/policy",
    expected: { code: "UNSUPPORTED_RUNTIME", says: /'wasm-unsafe-eval'/ },
  },
  { where: "CSP 'wasm-unsafe-eval'", path: "/policyAllows" },
];

/**
 * @param site a prepared folder
 * @param browser { name, hasRelaxed, open }; open goes to an address in a new page and gives its `result`
 * @param enforcesPolicies whether its Content-Security-Policy governs WebAssembly
 */
export async function* rowsOfBrowser(site, { name, hasRelaxed, open }, enforcesPolicies = true) {
  const { address, close } = await serve(site);
  try {
    for (const { where, path, cold } of PLACES) {
      const start = cold && (await coldStart((program) => open(`${address}${cold(program)}`)));
      const builds = hasRelaxed ? ["simd", "relaxed-simd"] : ["simd"];
      for (const build of builds) {
        const suite = await open(`${address}${path}build=${build}`);
        const isDefault = build === builds.at(-1);
        yield { runtime: name, where, build, hasRelaxed, suite, coldStart: isDefault ? start : undefined };
      }
    }
    for (const { where, path, expected } of enforcesPolicies ? POLICIES : []) {
      yield { runtime: name, where, outcome: await open(`${address}${path}`), expected };
    }
  } finally {
    close();
  }
}
