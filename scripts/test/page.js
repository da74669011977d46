// npm run test:page: builds the example page and drives Chromium through it as a user would.
// CHROMIUM names another browser than the one in its usual place.
import { missingChromium } from "../support/browsers.js";
import { buildPage } from "../build/page.js";
import { begin, installBundlers, run } from "../setup.js";

const missing = missingChromium();
if (missing !== undefined) {
  console.error(`The page is tested in Chromium: ${missing}`);
  process.exit(1);
}
begin("npm run test:page", "builds the example page and drives Chromium through it");
installBundlers();
await buildPage();
run(process.execPath, ["test/page/program.js"]);
