// What is tested in every browser, whatever drives it.
import { coldStart } from "./coldStart.js";
import { EXPECTED } from "./expected.js";
import { serve } from "./server.js";

const TIME_LIMIT = 120_000;

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

/** Pages with a Content-Security-Policy; nothing is expected to fail in the second. */
const POLICIES = [
  { where: "CSP script-src 'self'", path: "/policy" },
  { where: "CSP 'wasm-unsafe-eval'", path: "/policyAllows" },
];

/**
 * Runs in a page, and so refers to nothing here: waits until the page's program has set `result`, and for that. (In
 * WebKitGTK modules found by an import map may run after its driver calls the page loaded.)
 */
export async function awaitResult() {
  const start = performance.now();
  while (!("result" in globalThis)) {
    if (performance.now() - start > 30_000) throw new Error("the program of the page did not run");
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
  return globalThis.result;
}

/** The same call, but it fails when a page hangs. */
function withTimeLimit(open) {
  return (address) => {
    let timer;
    const limit = new Promise((_, reject) => {
      const hangs = () => reject(new Error(`${address} has no result after ${TIME_LIMIT} ms`));
      timer = setTimeout(hangs, TIME_LIMIT);
    });
    return Promise.race([open(address), limit]).finally(() => clearTimeout(timer));
  };
}

/**
 * What becomes of a training in browsers that were started without something.
 *
 * @param site a prepared folder
 * @param lacks the switches of this browser for each name of EXPECTED
 * @param launch starts the browser with switches: { name, open, close }
 */
export async function* rowsOfLacks(site, lacks, launch) {
  const { address, close: closeServer } = await serve(site);
  try {
    for (const [where, switches] of Object.entries(lacks)) {
      const { name, open, close } = await launch(site, switches);
      try {
        yield {
          runtime: name,
          where,
          outcome: await withTimeLimit(open)(`${address}/attempt`),
          expected: EXPECTED[where],
        };
      } finally {
        await close();
      }
    }
  } finally {
    closeServer();
  }
}

/**
 * The suite in a browser.
 *
 * @param site a prepared folder
 * @param browser { name, hasRelaxed, open }; open goes to an address in a new page and gives its `result`
 */
export async function* rowsOfBrowser(site, browser) {
  const { name, hasRelaxed } = browser;
  const open = withTimeLimit(browser.open);
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
    for (const { where, path } of POLICIES) {
      yield { runtime: name, where, outcome: await open(`${address}${path}`), expected: EXPECTED[where] };
    }
  } finally {
    close();
  }
}
