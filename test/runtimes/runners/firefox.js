// Firefox ESR of the system, driven by Puppeteer over WebDriver BiDi: Playwright needs a Firefox of its own.
import { launch as launchFirefox } from "puppeteer-core";
import { executable, howToGet } from "../../../scripts/support/browsers.js";
import { browserRuntime, openerOf } from "./pages.js";

const NAMES = ["firefox-esr", "firefox"];

async function launch(site, extraPrefsFirefox = {}) {
  const browser = await launchFirefox({
    browser: "firefox",
    executablePath: executable(NAMES),
    headless: true,
    extraPrefsFirefox,
    // It keeps files at home, which must be a folder that can be written.
    env: { ...process.env, HOME: site.folder },
  });
  const name = (await browser.version()).replace(/^firefox\//i, "Firefox ");
  return { name, open: openerOf(browser), close: () => browser.close() };
}

export const firefox = browserRuntime({
  id: "firefox",
  title: "Firefox",
  missing: () => (executable(NAMES) ? undefined : howToGet("firefox-esr")),
  hasRelaxed: true,
  lacks: { "no WebAssembly": { "javascript.options.wasm": false } },
  launch,
});
