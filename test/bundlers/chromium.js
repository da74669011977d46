// Chromium of the system, driven by Playwright.
import { chromium } from "playwright-core";
import { chromiumPath } from "../../scripts/support/browsers.js";

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

/** Starts Chromium, with more switches if any are given; returns Playwright's browser. */
export function launchChromium(flags = []) {
  return chromium.launch({ executablePath: chromiumPath(), args: [...FLAGS, ...flags] });
}
