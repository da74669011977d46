// Chromium of the system, driven by Playwright.
import { missingChromium } from "../../../scripts/support/browsers.js";
import { launchChromium } from "../../bundlers/chromium.js";
import { browserRuntime, openerOf } from "./pages.js";

const lacks = {
  "no WebAssembly": ["--js-flags=--jitless"],
  // V8 needs SSE 4.1 for SIMD, and has this switch on x64 alone.
  ...(process.arch === "x64" ? { "no SIMD": ["--js-flags=--no-enable-sse4-1"] } : {}),
};

async function launch(_, flags) {
  const browser = await launchChromium(flags);
  return {
    name: `Chromium ${browser.version()}`,
    open: openerOf(browser),
    close: () => browser.close(),
  };
}

export const chromium = browserRuntime({
  id: "chromium",
  title: "Chromium",
  missing: missingChromium,
  hasRelaxed: true,
  hasSlimRows: true,
  lacks,
  launch,
});
