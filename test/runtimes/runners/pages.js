// What is tested in every browser, whatever drives it.
import { coldStart } from "./coldStart.js";
import { EXPECTED } from "./expected.js";
import { servePages } from "./server.js";

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

const SLIM = { where: "page, slim", path: "/slim?" };

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

/** Goes to an address in a new page and gives its `result`; for a browser of Playwright or Puppeteer. */
export function openerOf(browser) {
  return async (address) => {
    const page = await browser.newPage();
    try {
      await page.goto(address);
      return await page.evaluate(awaitResult);
    } finally {
      await page.close();
    }
  };
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

/** What becomes of a training in a browser that was started without something. */
async function* rowsOfLacks(site, address, { lacks, launch }) {
  for (const [where, switches] of Object.entries(lacks)) {
    const { name, open, close } = await launch(site, switches);
    try {
      const outcome = await withTimeLimit(open)(`${address}/attempt`);
      yield { runtime: name, where, outcome, expected: EXPECTED[where] };
    } finally {
      await close();
    }
  }
}

/** The suite in a browser, and a training under policies. */
async function* rowsOfSuite(site, address, { hasRelaxed, hasSlimRows, launch }) {
  const { name, open: openPage, close } = await launch(site);
  const open = withTimeLimit(openPage);
  const builds = hasRelaxed ? ["simd", "relaxed-simd"] : ["simd"];
  try {
    for (const { where, path, cold } of hasSlimRows ? [...PLACES, SLIM] : PLACES) {
      const start = cold && (await coldStart((program) => open(`${address}${cold(program)}`)));
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
    await close();
  }
}

/**
 * A browser as one of the runtimes.
 *
 * @param browser { id, title, missing } as of each runtime; hasRelaxed, hasSlimRows; `lacks`, the switches of this browser
 * for names of EXPECTED; and `launch`, which starts it on a prepared folder, with such switches or none, and gives
 * { name, open, close }: `open` goes to an address and gives the `result` of the page
 */
export function browserRuntime(browser) {
  const { id, title, missing } = browser;
  async function* rows(site) {
    const { address, close } = await servePages(site);
    try {
      yield* rowsOfSuite(site, address, browser);
      yield* rowsOfLacks(site, address, browser);
    } finally {
      close();
    }
  }
  return { id, title, missing, rows };
}
