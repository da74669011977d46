// Firefox ESR of the system, driven by Puppeteer over WebDriver BiDi: Playwright needs a Firefox of its own.
import { executable, howToGet } from "./executables.js";
import { awaitResult, rowsOfBrowser, rowsOfLacks } from "./pages.js";

const NAMES = ["firefox-esr", "firefox"];

const LACKS = { "no WebAssembly": { "javascript.options.wasm": false } };

async function launch(site, extraPrefsFirefox = {}) {
  const { default: driver } = await import("puppeteer-core");
  const browser = await driver.launch({
    browser: "firefox",
    executablePath: executable(NAMES),
    headless: true,
    extraPrefsFirefox,
    // It keeps files at home, which must be a folder that can be written.
    env: { ...process.env, HOME: site.folder },
  });
  const open = async (address) => {
    const page = await browser.newPage();
    try {
      await page.goto(address);
      return await page.evaluate(awaitResult);
    } finally {
      await page.close();
    }
  };
  const name = (await browser.version()).replace(/^firefox\//i, "Firefox ");
  return { name, open, close: () => browser.close() };
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

export const firefox = {
  id: "firefox",
  title: "Firefox",
  missing: () => (executable(NAMES) ? undefined : howToGet("firefox-esr")),
  rows,
};
