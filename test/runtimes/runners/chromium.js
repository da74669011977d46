// Chromium of the system, driven by Playwright.
import { executable, howToGet } from "./executables.js";
import { awaitResult, rowsOfBrowser, rowsOfLacks } from "./pages.js";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
// Containers have no user namespaces for the sandbox; the others keep it from calling home.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const LACKS = {
  "no WebAssembly": ["--js-flags=--jitless"],
  // V8 needs SSE 4.1 for SIMD, and has this switch on x64 alone.
  ...(process.arch === "x64" ? { "no SIMD": ["--js-flags=--no-enable-sse4-1"] } : {}),
};

async function launch(_, flags = []) {
  const { chromium: driver } = await import("playwright-core");
  const browser = await driver.launch({ executablePath: executable(NAMES), args: [...FLAGS, ...flags] });
  const open = async (address) => {
    const page = await browser.newPage();
    try {
      await page.goto(address);
      return await page.evaluate(awaitResult);
    } finally {
      await page.close();
    }
  };
  return { name: `Chromium ${browser.version()}`, open, close: () => browser.close() };
}

async function* rows(site) {
  const { name, open, close } = await launch(site);
  try {
    yield* rowsOfBrowser(site, { name, hasRelaxed: true, open });
  } finally {
    await close();
  }
  yield* rowsOfLacks(site, LACKS, launch);
}

export const chromium = {
  id: "chromium",
  title: "Chromium",
  missing: () => (executable(NAMES) ? undefined : howToGet("chromium")),
  rows,
};
