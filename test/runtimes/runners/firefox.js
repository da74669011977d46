// Firefox ESR of the system, driven by Puppeteer over WebDriver BiDi: Playwright needs a Firefox of its own.
import { executable, howToGet } from "./executables.js";
import { rowsOfBrowser } from "./pages.js";

const NAMES = ["firefox-esr", "firefox"];

async function* rows(site) {
  const { default: driver } = await import("puppeteer-core");
  const browser = await driver.launch({
    browser: "firefox",
    executablePath: executable(NAMES),
    headless: true,
    // It keeps files at home, which must be a folder that can be written.
    env: { ...process.env, HOME: site.folder },
  });
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
    const name = (await browser.version()).replace(/^firefox\//i, "Firefox ");
    yield* rowsOfBrowser(site, { name, hasRelaxed: true, open });
  } finally {
    await browser.close();
  }
}

export const firefox = {
  id: "firefox",
  title: "Firefox",
  missing: () => (executable(NAMES) ? undefined : howToGet("firefox-esr")),
  rows,
};
