// Chromium of the system, driven by Playwright.
import { executable, howToGet } from "./executables.js";
import { rowsOfBrowser } from "./pages.js";

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

async function* rows(site) {
  const { chromium: driver } = await import("playwright-core");
  const browser = await driver.launch({ executablePath: executable(NAMES), args: FLAGS });
  const open = async (address) => {
    const page = await browser.newPage();
    try {
      await page.goto(address);
      return await page.evaluate(() => globalThis.result);
    } finally {
      await page.close();
    }
  };
  try {
    yield* rowsOfBrowser(site, { name: `Chromium ${browser.version()}`, hasRelaxed: true, open });
  } finally {
    await browser.close();
  }
}

export const chromium = {
  id: "chromium",
  title: "Chromium",
  missing: () => (executable(NAMES) ? undefined : howToGet("chromium")),
  rows,
};
